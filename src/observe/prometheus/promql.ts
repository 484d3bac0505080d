/**
 * A quoted PromQL string: Go's escapes, so whatever is in the value, it stays one value and never ends the matcher.
 * Lone surrogates have no Go escape and become U+FFFD.
 */
export function quotePromql(value: string): string {
  return JSON.stringify(value.toWellFormed()).replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** `app="shop-1",service="web"` */
export function renderMatchers(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${quotePromql(value)}`)
    .join(',');
}

/** A Prometheus duration; at least one millisecond. */
export function renderDuration(ms: number): string {
  return `${Math.max(1, Math.round(ms))}ms`;
}
