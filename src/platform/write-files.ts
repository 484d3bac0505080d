import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of a part's folder. Its parent folders are private to the user of Crane; the file itself is readable, since the part's own user reads it through the mount. */
export type PartFile = { path: string; text: string };

/** Writes what differs, by rename. Returns the paths that changed. */
export function writeFiles(folder: string, files: readonly PartFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
    if (existsSync(target) && readFileSync(target, 'utf8') === text) return [];
    const draft = `${target}.${process.pid}.tmp`;
    writeFileSync(draft, text, { mode: 0o644 });
    chmodSync(draft, 0o644);
    renameSync(draft, target);
    return [path];
  });
}

/** A folder that only the user of Crane may enter. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

/** A folder inside a private one that a part's own user may read through its mount. */
export function makeSharedFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  chmodSync(path, 0o755);
}
