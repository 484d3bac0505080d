/** `shop` → `shop-7`. The name is a DNS label together with its id (≤ 63 characters). */
export function uniqueAppName(name: string, id: number): string {
  return `${name}-${id}`;
}

const namePattern = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export type NameVerdict = { ok: true } | { ok: false; message: string; fix: string };

/** Names are 1–40 characters of a–z, 0–9 and inner hyphens, beginning with a letter, so that `<service>.<name>-<id>.localhost` is a host name. */
export function checkAppName(name: string): NameVerdict {
  if (namePattern.test(name) && !name.includes('--')) return { ok: true };
  const seen = name.length > 60 ? `${name.slice(0, 57)}…` : name;
  return {
    ok: false,
    message: `app name must be 1-40 characters a-z, 0-9 and single inner hyphens, beginning with a letter (saw ${JSON.stringify(seen)})`,
    fix: 'Use a name such as shop or my-app.',
  };
}
