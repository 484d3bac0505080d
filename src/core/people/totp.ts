/** Time-based one-time passwords (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator knows them. */
const stepMs = 30_000;
const digits = 6;
/** Clocks differ, and people type slowly: one step before and after is good too. */
const tolerance = 1;

/** HMAC-SHA-1 of an eight-byte counter, with the bytes of the secret as key. */
export type Hmac = (key: Uint8Array, counter: Uint8Array) => Uint8Array;

/** The step whose code this is, near `now` (milliseconds) and after `lastStep`; null = none: wrong, over, or used before. */
export function matchCode(
  hmac: Hmac,
  { secret, code, now, lastStep }: { secret: string; code: string; now: number; lastStep: number },
): number | null {
  const key = decodeBase32(secret);
  const present = Math.floor(now / stepMs);
  const steps = Array.from({ length: 2 * tolerance + 1 }, (_, at) => present - tolerance + at);
  return steps.find((step) => step > lastStep && codeOf(hmac, key, step) === code) ?? null;
}

/** RFC 4226, 5.3. */
export function codeOf(hmac: Hmac, key: Uint8Array, step: number): string {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  const digest = new DataView(Uint8Array.from(hmac(key, counter)).buffer);
  const offset = digest.getUint8(digest.byteLength - 1) & 0x0f;
  const number = digest.getUint32(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** What an authenticator reads. The name may hold anything. */
export function authenticatorUri(name: string, secret: string): string {
  return `otpauth://totp/Crane:${encodeURIComponent(name)}?secret=${secret}&issuer=Crane`;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '')
    .join('');
}

export function decodeBase32(text: string): Uint8Array {
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2));
}
