/** A condition on one label; `*` in the value stands for any text. */
export type Matcher = { label: string; isEqual: boolean; value: string };

/** A label that is not there is the empty text. */
export function matches(
  { label, isEqual, value }: Matcher,
  labels: Readonly<Record<string, string>>,
): boolean {
  const given = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  return isLike(given, value) === isEqual;
}

/** Whether a text is a pattern with `*`s. Linear in both lengths: people choose the pattern, others the text. */
export function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return text === pattern;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** `service=web`, `alert!=Watchdog`, `app=shop-*`; null when it is none. */
export function parseMatcher(text: string): Matcher | null {
  const match = /^([a-zA-Z_][a-zA-Z0-9_]{0,63})(!?=)(.{0,256})$/s.exec(text.trim());
  if (match === null) return null;
  const [, label = '', sign, value = ''] = match;
  return { label, isEqual: sign === '=', value: value.replace(/^"(.*)"$/s, '$1') };
}

export function describeMatcher({ label, isEqual, value }: Matcher): string {
  return `${label}${isEqual ? '=' : '!='}${value}`;
}
