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

/** Null = another one, or nonsense. */
export function parsePortProtocol(text: string): PortProtocol | null {
  return text === 'tcp' || text === 'udp' || text === 'sctp' ? text : null;
}
