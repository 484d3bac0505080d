/** What policies need to know of the machine itself. */
export type HostFacts = {
  /** Where a path leads when all links are followed; null when nothing is there or it cannot be looked at. */
  realPath(path: string): Promise<string | null>;
  /** Sockets of container engines in use here. */
  sockets: readonly string[];
  /** Ports that Crane itself listens on. */
  ports: readonly number[];
};
