/**
 * A 64-bit FNV-1a hash, as 16 hex digits, over JSON with sorted keys. Not for secrets: it tells whether two specs are
 * the same. Core has no crypto, and needs none for this.
 */
export function stableHash(value: unknown): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of utf8(sortedJson(value)))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/** JSON text with the keys of every object sorted; `undefined` members are left out as JSON does. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

function* utf8(text: string): Iterable<number> {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) yield code;
    else {
      // Any injective byte expansion does; surrogates cannot occur in a code point.
      yield 0x80 | (code & 0x7f);
      yield 0x80 | ((code >> 7) & 0x7f);
      yield code >> 14;
    }
  }
}
