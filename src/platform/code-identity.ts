import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a control plane runs: its code, the policies it ships, and the packages it is locked to. */
const patterns = ['src/**/*.{ts,json,sql}', 'policies/**/*.rego', 'package-lock.json'];
const isTest = (path: string): boolean => /\.test\.ts$|_test\.rego$/.test(path);

/** Twelve hexadecimal digits that are the same for the same code, wherever its checkout lies. */
export function readCodeIdentity(root: string): string {
  const hash = createHash('sha256');
  const paths = patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !isTest(path))
    .sort();
  for (const path of paths) {
    const text = readFileSync(join(root, path));
    hash.update(`${path} ${text.byteLength}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 12);
}
