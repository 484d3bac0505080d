import { instanceLabel, type ObservedInstance } from './instance.ts';

export type PortProtocol = 'tcp' | 'udp' | 'sctp';

/** A port of an instance under an address of this machine. */
export type PublishedPort = {
  /** Inside the instance. */
  port: number;
  protocol: PortProtocol;
  /** `127.0.0.1`; `0.0.0.0` or `::` = every address of the machine. */
  address: string;
  publishedPort: number;
};

export type InstancePort = PublishedPort & { instance: string; service: string };

/** Null = another one, or nonsense. */
export function parsePortProtocol(text: string): PortProtocol | null {
  return text === 'tcp' || text === 'udp' || text === 'sctp' ? text : null;
}

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
