import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const metadata = z.object({ Version: z.number(), UpdatedAt: z.iso.datetime({ offset: true }) });

/** A vulnerability database on this machine, and when it was made (milliseconds). */
export type TrivyDatabase = { directory: string; updatedAt: number };

/** Null when there is none: neither the folder nor its `db` has a `trivy.db` with a readable `metadata.json` beside it. */
export async function readDatabase(directory: string | null): Promise<TrivyDatabase | null> {
  if (directory === null) return null;
  return (await readFrom(directory)) ?? (await readFrom(join(directory, 'db')));
}

async function readFrom(directory: string): Promise<TrivyDatabase | null> {
  try {
    const file = await stat(join(directory, 'trivy.db'));
    const { UpdatedAt } = metadata.parse(
      JSON.parse(await readFile(join(directory, 'metadata.json'), 'utf8')),
    );
    return file.isFile() ? { directory, updatedAt: Date.parse(UpdatedAt) } : null;
  } catch {
    return null;
  }
}
