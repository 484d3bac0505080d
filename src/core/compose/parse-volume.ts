export type ShortVolume = {
  ok: true;
  type: 'bind' | 'volume';
  source: string | undefined;
  target: string;
  readOnly: boolean;
  noCopy: boolean;
  propagation: string | undefined;
  selinux: string | undefined;
};

const propagations = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];

/** `[SOURCE:]TARGET[:MODE]` as Compose reads it; a source that begins with `.`, `/`, `~` or a drive is a path. */
export function parseVolume(text: string): ShortVolume | { ok: false; message: string } {
  if (text === '') return { ok: false, message: 'an empty text is no mount' };
  const parts = text.length <= 2 ? [text] : splitParts(text);
  if (parts.includes('')) return { ok: false, message: 'nothing stands between two colons' };
  if (parts.length > 3) return { ok: false, message: 'there are too many colons; use the long form' };
  const [first = '', second, mode = ''] = parts;
  const source = second === undefined ? undefined : first;
  const options = mode.split(',');
  const access = options.findLast((option) => option === 'ro' || option === 'rw');
  return {
    ok: true,
    type: source !== undefined && isPath(source) ? 'bind' : 'volume',
    source,
    target: second ?? first,
    readOnly: access === 'ro',
    noCopy: options.includes('nocopy'),
    propagation: options.findLast((option) => propagations.includes(option)),
    selinux: options.findLast((option) => option === 'z' || option === 'Z'),
  };
}

/** At colons, but not after the letter of a Windows drive. */
function splitParts(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (character === ':' && !/^\p{L}$/u.test(part)) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

function isPath(source: string): boolean {
  return /^(?:[./~]|\\\\|\p{L}:)/u.test(source);
}
