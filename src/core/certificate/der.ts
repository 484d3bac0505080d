/** The part of DER (ITU-T X.690) that a certificate needs. Every function gives the bytes of one whole element. */
type Der = Uint8Array;

export function join(parts: readonly Uint8Array[]): Der {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Tag, length, content. A length from 128 on is told in as many bytes as it needs. */
function element(tag: number, content: Uint8Array): Der {
  const { length } = content;
  if (length < 0x80) return join([Uint8Array.of(tag, length), content]);
  const bytes = bigEndian(BigInt(length));
  return join([Uint8Array.of(tag, 0x80 | bytes.length), bytes, content]);
}

function bigEndian(value: bigint): Uint8Array {
  const digits = value.toString(16);
  return fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
}

/** Bytes of an even number of hexadecimal digits. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export const sequence = (...parts: readonly Uint8Array[]): Der => element(0x30, join(parts));
export const set = (...parts: readonly Uint8Array[]): Der => element(0x31, join(parts));
export const octets = (content: Uint8Array): Der => element(0x04, content);
export const yes = (): Der => element(0x01, Uint8Array.of(0xff));
export const text = (content: string): Der => element(0x0c, new TextEncoder().encode(content));
/** Bits in whole bytes. */
export const bits = (content: Uint8Array): Der => element(0x03, join([Uint8Array.of(0), content]));
/** Bits of which the last `unused` of the last byte do not count. */
export const someBits = (byte: number, unused: number): Der => element(0x03, Uint8Array.of(unused, byte));
/** `[n]` around an element, and `[n]` in place of an element's own tag. */
export const explicit = (n: number, content: Uint8Array): Der => element(0xa0 | n, content);
export const implicit = (n: number, content: Uint8Array): Der => element(0x80 | n, content);

/** A whole number that is not negative; a leading 1 bit would make it so. */
export function whole(value: Uint8Array | number): Der {
  const bytes = typeof value === 'number' ? bigEndian(BigInt(value)) : value;
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Uint8Array.of(0) : bytes.slice(first);
  return element(0x02, (significant[0] ?? 0) >= 0x80 ? join([Uint8Array.of(0), significant]) : significant);
}

/** `1.2.840.10045.2.1`: the first two numbers in one byte, the others in groups of seven bits. */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = others.flatMap((number) => {
    const groups = [number & 0x7f];
    for (let rest = number >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return element(0x06, Uint8Array.from([first * 40 + second, ...bytes]));
}

/** RFC 5280, 4.1.2.5: two digits of the year through 2049, four from then on; seconds always, in UTC. */
export function time(at: number): Der {
  const iso = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isShort = Number(iso.slice(0, 4)) < 2050;
  return element(isShort ? 0x17 : 0x18, new TextEncoder().encode(isShort ? iso.slice(2) : iso));
}
