/** One finding: what was looked at, how it is, what was seen, and what to do about it (null when nothing). */
export type Check = { name: string; state: 'ok' | 'warning' | 'failed'; text: string; fix: string | null };

export function ok(name: string, text: string): Check {
  return { name, state: 'ok', text, fix: null };
}

/** Crane works, though worse than it could. */
export function warning(name: string, text: string, fix: string): Check {
  return { name, state: 'warning', text, fix };
}

/** Crane cannot work like this. */
export function failed(name: string, text: string, fix: string): Check {
  return { name, state: 'failed', text, fix };
}
