import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { CraneError } from '../core/error/crane-error.ts';

/** Keeps texts so that who reads the database without the key reads nothing. */
export type Seal = {
  /** `context` is bound to it: what was sealed for one place cannot be opened at another. */
  seal(text: string, context: string): string;
  /** A text that was never sealed is given as it is. `store.unavailable` when no key fits, or it was changed. */
  open(text: string, context: string): string;
  /** Whether it is sealed with the key that seals now. */
  isCurrent(text: string): boolean;
};

const prefix = 'sealed1';
const separator = '.';

/**
 * Envelope encryption with AES-256-GCM: each text has a key of its own, which is sealed with the first of `keys` (32 bytes each);
 * the others only open what was sealed with them before. `sealed1.<key id>.<sealed key>.<sealed text>`, base64url, each of
 * nonce, tag and content.
 */
export function createSeal(keys: readonly Uint8Array[]): Seal {
  const known = new Map(keys.map((key) => [idOf(key), key]));
  const [current] = keys;
  if (current === undefined) throw new Error('there is no key to seal with');
  const currentId = idOf(current);
  return {
    seal(text, context) {
      const own = randomBytes(32);
      const parts = [encrypt(current, own, context), encrypt(own, Buffer.from(text, 'utf8'), context)];
      return [prefix, currentId, ...parts.map((part) => part.toString('base64url'))].join(separator);
    },
    open(text, context) {
      const [head, id = '', own = '', content = '', ...rest] = text.split(separator);
      if (head !== prefix) return text;
      const key = known.get(id);
      if (key === undefined || rest.length > 0) throw unreadable();
      try {
        const opened = decrypt(key, Buffer.from(own, 'base64url'), context);
        return decrypt(opened, Buffer.from(content, 'base64url'), context).toString('utf8');
      } catch (cause) {
        throw unreadable(cause);
      }
    },
    isCurrent: (text) => text.startsWith(`${prefix}${separator}${currentId}${separator}`),
  };
}

/** Tells keys apart; says nothing about them. */
function idOf(key: Uint8Array): string {
  if (key.byteLength !== 32) throw new Error('a key must have 32 bytes');
  return createHash('sha256').update('crane secret key').update(key).digest('base64url').slice(0, 12);
}

function encrypt(key: Uint8Array, content: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function decrypt(key: Uint8Array, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
}

function unreadable(cause?: unknown): CraneError {
  return new CraneError(
    'store.unavailable',
    {
      message: 'A secret in the database cannot be opened: its key is not here, or it was changed.',
      fix: 'Bring back the file secret-keys of the data folder, or deploy again with the values.',
    },
    { cause },
  );
}
