/**
 * Which of the engine's objects are this installation's, as far as seen. Labels of a container never change, so what was own once
 * stays so; it saves an inspection before each effect, and gives network events their app.
 */
export type OwnObjects = {
  addContainer(id: string, app: string): void;
  appOfContainer(id: string): string | null;
  /** Own, and on all networks it must be on before it starts. */
  markReady(id: string): void;
  isReady(id: string): boolean;
  dropContainer(id: string): void;
  addNetwork(name: string, app: string | null): void;
  /** Undefined when the network is not known as own. */
  appOfNetwork(name: string): string | null | undefined;
  dropNetwork(name: string): void;
};

export function createOwnObjects(): OwnObjects {
  const containers = new Map<string, string>();
  const ready = new Set<string>();
  const networks = new Map<string, string | null>();
  return {
    addContainer: (id, app) => void containers.set(id, app),
    appOfContainer: (id) => containers.get(id) ?? null,
    markReady: (id) => void ready.add(id),
    isReady: (id) => ready.has(id),
    dropContainer: (id) => {
      containers.delete(id);
      ready.delete(id);
    },
    addNetwork: (name, app) => void networks.set(name, app),
    appOfNetwork: (name) => networks.get(name),
    dropNetwork: (name) => void networks.delete(name),
  };
}
