import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';

/** Of a Unix socket's path, in bytes: Linux has 107, macOS 103. */
const longestPath = 103;

/**
 * Listens on a Unix socket in a private folder that this user alone may open; one that an earlier process left there goes. Rejects
 * when the path is too long, or cannot be made.
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > longestPath)
    throw new Error(`${path} is longer than the path of a socket may be`);
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
}
