/** Files of instances, as uncompressed tars that stream. Paths are absolute. */
export type InstanceFiles = {
  /**
   * A file or folder; entries are named from its last part on. `instance.path_not_found`, `instance.not_running` when the instance
   * is gone or foreign; both before the first byte.
   */
  readArchive(id: string, path: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Unpacks into a folder that is there. Everything becomes root's; names that lead out, devices and the like are `input.invalid`.
   * `instance.path_not_found`, `instance.read_only`, `instance.not_running` as above.
   */
  writeArchive(
    id: string,
    folder: string,
    tar: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void>;
};
