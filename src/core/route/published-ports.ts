import type { ComposeProject } from '../compose/compose-project.ts';
import { scaleSettings } from '../compose/scale-settings.ts';

/** A port of this machine that a service asks for by number; `from` and `to` differ for a range that the engine chooses from. */
export type PublishedPort = {
  service: string;
  /** Its place among the service's ports. */
  index: number;
  target: number;
  address: string;
  from: number;
  to: number;
  protocol: string;
  /** Most instances of the service that may run at once. */
  instances: number;
};

/** Ports asked for by number, in the order of the model. Without an address they listen on loopback. */
export function publishedPorts(project: ComposeProject): PublishedPort[] {
  return Object.entries(project.services).flatMap(([service, spec]) => {
    const { max } = scaleSettings(spec);
    return (spec.ports ?? []).flatMap((port, index): PublishedPort[] => {
      const [from = 0, to = from] = (port.published ?? '0').split('-').map(Number);
      if (!(from > 0)) return [];
      const address = port.host_ip ?? '127.0.0.1';
      const protocol = port.protocol ?? 'tcp';
      return [{ service, index, target: port.target, address, from, to, protocol, instances: max }];
    });
  });
}

/** Whether both cannot be had. From two ranges the engine finds a free port for each. */
export function portsClash(a: PublishedPort, b: PublishedPort): boolean {
  if (a.protocol !== b.protocol || a.from > b.to || b.from > a.to) return false;
  if (a.from !== a.to && b.from !== b.to) return false;
  const isEvery = (address: string): boolean => address === '0.0.0.0' || address === '::' || address === '';
  return a.address === b.address || isEvery(a.address) || isEvery(b.address);
}
