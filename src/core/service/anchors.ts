import type { ComposeService } from '../compose/compose-project.ts';
import type { EngineHostConfig, InstanceSpec } from './engine-create.ts';

/** Names the instances, by the engine's ids, whose namespaces or volumes one uses; they are replaced before it. */
export const sharesLabel = 'crane.shares';

/** Services whose instances one shares namespaces or volumes with (`network_mode: service:db`, `volumes_from: [db]`). */
export function anchorServices(spec: ComposeService): string[] {
  const modes = [spec.network_mode, spec.ipc, spec.pid].flatMap(
    (mode) => /^service:(.+)$/.exec(mode ?? '')?.[1] ?? [],
  );
  const mounts = (spec.volumes_from ?? []).flatMap((from) =>
    from.startsWith('container:') ? [] : (from.split(':')[0] ?? []),
  );
  return [...new Set([...modes, ...mounts])];
}

/** In the engine's words, with `service:NAME` where the instance is not known yet. */
export function renderVolumesFrom({ volumes_from: sources }: ComposeService): string[] | undefined {
  return sources?.map((from) =>
    from.startsWith('container:') ? from.slice('container:'.length) : `service:${from}`,
  );
}

/** The spec with the ids of the instances that it shares something with, and a label that names them. */
export function withAnchors(spec: InstanceSpec, idOf: (service: string) => string | undefined): InstanceSpec {
  const { HostConfig: host, Labels } = spec.create;
  const ids = new Set<string>();
  const known = (service: string): string => {
    const id = idOf(service) ?? '';
    ids.add(id);
    return id;
  };
  const mode = (text: string | undefined): string | undefined =>
    text?.replace(/^service:(.+)$/, (_text, service: string) => `container:${known(service)}`);
  const changes = {
    NetworkMode: mode(host.NetworkMode),
    IpcMode: mode(host.IpcMode),
    PidMode: mode(host.PidMode),
    VolumesFrom: host.VolumesFrom?.map((from) =>
      from.replace(/^service:([^:]+)/, (_text, service: string) => known(service)),
    ),
  };
  if (ids.size === 0) return spec;
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const HostConfig: EngineHostConfig = { ...host, ...Object.fromEntries(given) };
  const labels = { ...Labels, [sharesLabel]: [...ids].sort().join(',') };
  return { ...spec, create: { ...spec.create, HostConfig, Labels: labels } };
}
