/** `KEY=value` lines of an env file; `export ` and matching quotes around the value are dropped, comments skipped. */
export function readEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (match?.[1] !== undefined) values[match[1]] = (match[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
  }
  return values;
}
