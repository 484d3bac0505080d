/** The folder an image is built from, as it was sent: a checked tar, named by its content. */
export type KeptContext = { id: string; sizeBytes: number; entries: number };

/**
 * Build contexts wait here between their arrival and the end of the operations that build from them. Each belongs to who
 * sent it; another's does not exist.
 */
export type BuildContexts = {
  /**
   * Takes a tar in. Nothing of it is unpacked. `input.malformed` when it is none, `input.invalid` for a name that leads out of
   * the context or an entry that is neither file, folder nor link, `input.too_large` beyond the limits.
   */
  keep(ownerId: number, tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<KeptContext>;
  has(ownerId: number, id: string): Promise<boolean>;
  /** The tar, with these files added to it. `context.not_found` when it is gone. */
  read(
    ownerId: number,
    id: string,
    files: readonly { path: string; text: string }[],
  ): AsyncIterable<Uint8Array>;
  /** Removes what nobody needs and was last sent before that time (milliseconds since the epoch). */
  sweep(request: { inUse: readonly { ownerId: number; id: string }[]; before: number }): Promise<void>;
};
