import type { BundleVariable } from './bundle.ts';
import type { FoundSecret } from './find-secrets.ts';
import { isSecretName } from './secret-name.ts';
import { placeholder, writeVariables } from './make-portable.ts';

/** Where texts may hold a secret; a word of the file's own language (an image, a path, a name) is never taken for one. */
const places = ['environment', 'command', 'entrypoint', 'healthcheck', 'labels', 'content'];

type Hidden = { secrets: readonly FoundSecret[]; variables: readonly BundleVariable[] };

/**
 * Doubles the dollars of every text, and puts variables in the place of secrets: under a name that tells of one, and each
 * place where one stands in a longer text and cannot be an ordinary word.
 */
export function escapeAndHide(value: unknown, hidden: Hidden, place = '', name = ''): unknown {
  if (typeof value === 'string') {
    const secrets = places.includes(place) ? hidden.secrets : [];
    return writeVariables(hide(value, secrets, name), hidden.variables);
  }
  if (Array.isArray(value))
    return value.map((item: unknown, index) => {
      const before: unknown = value[index - 1];
      return escapeAndHide(item, hidden, place, typeof before === 'string' ? before : '');
    });
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      escapeAndHide(inner, hidden, places.includes(place) ? place : key, key),
    ]),
  );
}

function hide(text: string, secrets: readonly FoundSecret[], name: string): string {
  const whole = secrets.find(({ value }) => value === text);
  if (whole !== undefined && (isStrong(whole.value) || isSecretName(name.replaceAll('-', '_'))))
    return placeholder(whole.variable);
  if (secrets.length === 0) return escape(text);
  // The longest first: one may stand within another.
  const byLength = secrets.toSorted((left, right) => right.value.length - left.value.length);
  const pattern = new RegExp(byLength.map(({ value }) => `(${patternOf(value)})`).join('|'), 'g');
  let out = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const secret = byLength[match.slice(1).findIndex((group) => group !== undefined)];
    out += escape(text.slice(from, match.index)) + placeholder(secret?.variable ?? '');
    from = match.index + match[0].length;
  }
  return out + escape(text.slice(from));
}

/** Such as no word is; another is taken for the secret only where a password stands: `:x@`, `password=x`. */
const isStrong = (value: string): boolean =>
  value.length >= 16 || (value.length >= 8 && /[^A-Za-z]/.test(value) && /[A-Za-z]/.test(value));

function patternOf(value: string): string {
  const plain = value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  if (isStrong(value)) return plain;
  const told = '(?:pass|PASS|secret|SECRET|token|TOKEN|key|KEY|credential|CREDENTIAL)[\\w.-]*=';
  return `(?<=:)${plain}(?=@)|(?<=${told})${plain}(?![^\\s&;,'"])`;
}

const escape = (text: string): string => text.replaceAll('$', '$$$$');
