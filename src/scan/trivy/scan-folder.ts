import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What one scan hands to its container: a folder nobody else can enter, gone afterwards. */
export type ScanFolder = {
  /** Mounted read-only into the container. */
  input: string;
  /** Writes the image as it arrives; more than `maxBytes` is refused. Returns its size. */
  writeImage(name: string, image: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<number>;
  writeText(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
};

type WriteOptions = { maxBytes: number; onBytes: (total: number) => void; signal?: AbortSignal | undefined };

export async function createScanFolder(workDirectory: string): Promise<ScanFolder> {
  await mkdir(workDirectory, { recursive: true, mode: 0o700 });
  // Private (0700) by itself; the container sees only the folder within, whatever user it runs as.
  const outer = await mkdtemp(join(workDirectory, 'scan-'));
  const input = join(outer, 'input');
  await mkdir(input, { mode: 0o755 });
  return {
    input,
    async writeImage(name, image, { maxBytes, onBytes, signal }) {
      let total = 0;
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const chunk of image) {
          total += chunk.byteLength;
          if (total > maxBytes)
            throw new Error(`the image is larger than ${Math.round(maxBytes / 1024 ** 3)} GiB`);
          onBytes(total);
          yield chunk;
        }
      }
      const target = createWriteStream(join(input, name), { mode: 0o644 });
      await pipeline(counted(), target, signal === undefined ? {} : { signal });
      return total;
    },
    async writeText(name, text) {
      await writeFile(join(input, name), text, { mode: 0o644 });
    },
    async remove() {
      await rm(outer, { recursive: true, force: true });
    },
  };
}
