/** NIST SP 800-63B: length counts, composition does not; what everybody tries first is refused. */
export const passwordLength = { min: 10, max: 200 } as const;

const wellKnown = [
  '1234567890',
  '12345678910',
  '0123456789',
  '0987654321',
  'administrator',
  'captain42',
  'changeme',
  'iloveyou',
  'letmein',
  'password',
  'qwertyuiop',
  'secret',
  'welcome',
];

/** The password as it is hashed: one form for what looks the same (RFC 8265). */
export function normalizePassword(password: string): string {
  return password.normalize('NFC');
}

/** Null when it may be used, else what is wrong with it. `name` is the person's. */
export function checkPassword(password: string, name: string): string | null {
  const { length } = Array.from(password);
  if (length < passwordLength.min)
    return `must have at least ${passwordLength.min} characters (has ${length})`;
  if (length > passwordLength.max) return `must have at most ${passwordLength.max} characters`;
  if (/\p{Cc}/u.test(password)) return 'must hold no control characters';
  if (new Set(password).size < 4) return 'must have at least four different characters';
  const plain = password.toLowerCase();
  const base = plain.replaceAll(/[^a-z]/g, '');
  if (plain.includes(name.toLowerCase()) && length - name.length < 6) return 'must not be the name again';
  return wellKnown.includes(plain) || wellKnown.includes(base)
    ? 'is one of those that everybody tries'
    : null;
}
