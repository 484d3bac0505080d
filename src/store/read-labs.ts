import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../core/lab/lab.ts';
import { parseLab } from '../core/lab/parse-lab.ts';

/** The labs of a folder of `NAME.yaml`, easy ones first. Throws when a file is no lab. */
export async function readLabs(folder: string): Promise<Lab[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const labs = await Promise.all(
    names.map(async (name) => parseLab(name.slice(0, -5), await readFile(join(folder, name), 'utf8'))),
  );
  return labs.toSorted((a, b) => a.level - b.level || a.minutes - b.minutes || (a.id < b.id ? -1 : 1));
}
