import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CraneError } from '../core/error/crane-error.ts';

/** Keys that secrets are sealed with, the one in force first; `isGiven`: they come from the environment and are not kept. */
export type SecretKeys = { keys: readonly Uint8Array[]; isGiven: boolean };

const name = 'secret-keys';

/**
 * Of `CRANE_SECRET_KEY` (one or more, with commas between them), else of a private file of the data folder, which is made at first
 * start. A key that is too weak, or a file that others can read, is refused.
 */
export function openSecretKeys(dataFolder: string, given: string | undefined): SecretKeys {
  if (given !== undefined) return { keys: parse(given.split(','), 'CRANE_SECRET_KEY'), isGiven: true };
  const path = join(dataFolder, name);
  if (!existsSync(path)) write(path, [randomBytes(32)]);
  if ((statSync(path).mode & 0o077) !== 0)
    throw refused(`${path} can be read by others`, `Close it: chmod 600 ${path}`);
  return { keys: parse(readFileSync(path, 'utf8').split('\n'), path), isGiven: false };
}

/**
 * A new key seals from now on. `reseal` is given all keys, and afterwards only the new one is kept: a crash between leaves both,
 * which opens everything.
 */
export function rotateSecretKeys(
  dataFolder: string,
  reseal: (keys: readonly Uint8Array[]) => number,
): { resealed: number } {
  const { keys, isGiven } = openSecretKeys(dataFolder, undefined);
  if (isGiven) throw new Error('keys of the environment are rotated there');
  const path = join(dataFolder, name);
  const fresh = randomBytes(32);
  write(path, [fresh, ...keys]);
  const resealed = reseal([fresh, ...keys]);
  write(path, [fresh]);
  return { resealed };
}

function write(path: string, keys: readonly Uint8Array[]): void {
  const draft = `${path}.${process.pid}.tmp`;
  const text = keys.map((key) => `${Buffer.from(key).toString('base64url')}\n`).join('');
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: true });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function parse(texts: readonly string[], where: string): Uint8Array[] {
  const keys = texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => Buffer.from(text, 'base64url'));
  const isWeak = keys.some((key) => key.byteLength !== 32 || new Set(key).size < 8);
  if (keys.length === 0 || isWeak)
    throw refused(
      `${where} holds no usable key`,
      'A key is 32 random bytes in base64: openssl rand -base64 32',
    );
  return keys;
}

function refused(why: string, fix: string): CraneError {
  return new CraneError('input.invalid', { message: `Secrets cannot be kept: ${why}.`, fix });
}
