import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that a part reads; replaced by rename, so that it never reads half of one. */
export type RuleFile = {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
};

export function createRuleFile(directory: string, name = 'crane.yml'): RuleFile {
  const path = join(directory, name);
  return {
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    async write(text) {
      await mkdir(directory, { recursive: true, mode: 0o755 });
      // Prometheus takes only names that match its pattern, and this one does not.
      const draft = join(directory, `.${name}.draft`);
      const file = await open(draft, 'w', 0o644);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    },
    async remove() {
      await rm(path, { force: true });
    },
  };
}
