import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from '../../core/port/passwords.ts';

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
type Cost = { memory: number; passes: number; parallelism: number };

const derive = promisify<'argon2id', Argon2Parameters, Buffer>(argon2);

/** Argon2id in the PHC string format: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, so that costs may rise later. */
export function createPasswords(costs: Cost = cost): Passwords {
  const dummy = randomBytes(32);
  const hashWith = async (password: string, salt: Buffer, used: Cost): Promise<Buffer> =>
    derive('argon2id', { message: Buffer.from(password), nonce: salt, tagLength: 32, ...used });
  return {
    hash: async (password) => {
      const salt = randomBytes(16);
      const hash = await hashWith(password, salt, costs);
      const { memory, passes, parallelism } = costs;
      return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(hash)}`;
    },
    matches: async (password, stored) => {
      const known = stored === null ? null : parse(stored);
      const given = await hashWith(password, known?.salt ?? dummy, known?.costs ?? costs);
      return timingSafeEqual(given, known?.hash ?? dummy) && known !== null;
    },
  };
}

function parse(stored: string): { salt: Buffer; hash: Buffer; costs: Cost } | null {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]{43})$/.exec(stored);
  if (match === null) return null;
  const [, memory, passes, parallelism, salt = '', hash = ''] = match;
  return {
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
    costs: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  };
}

function plain(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
