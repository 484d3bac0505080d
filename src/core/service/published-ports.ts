import type { PortProtocol, PublishedPort } from './published-port.ts';
import { instanceLabel, type ObservedInstance } from './instance.ts';

export type InstancePort = PublishedPort & { instance: string; service: string };

/** What the running instances publish, by service, release, slot and port; null = whichever. */
export function listPublishedPorts(
  instances: readonly ObservedInstance[],
  only: { service: string | null; port: number | null; protocol: PortProtocol | null },
): InstancePort[] {
  return instances
    .filter((item) => item.state === 'running' && (only.service === null || item.service === only.service))
    .toSorted((a, b) => compare(a.service, b.service) || a.release - b.release || a.slot - b.slot)
    .flatMap((item) =>
      (item.ports ?? [])
        .filter(
          ({ port, protocol }) =>
            (only.port === null || port === only.port) &&
            (only.protocol === null || protocol === only.protocol),
        )
        .toSorted(comparePorts)
        .map((port) => ({ instance: instanceLabel(item), service: item.service, ...port })),
    );
}

function comparePorts(a: PublishedPort, b: PublishedPort): number {
  return (
    a.port - b.port ||
    compare(a.protocol, b.protocol) ||
    a.publishedPort - b.publishedPort ||
    compare(a.address, b.address)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
