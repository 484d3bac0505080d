export type ShortPort = { target: number; published?: string; hostIp?: string; protocol: string };

const largest = 65_535;

/**
 * `[[IP:]PUBLISHED:]TARGET[/PROTOCOL]`, each of the two a port or a range, as the engine's own command reads it. A range
 * of targets gives one port each; a range published for one target lets the engine choose from it.
 */
export function parsePort(
  text: string,
  most = largest,
): { ok: true; ports: ShortPort[] } | { ok: false; message: string } {
  const refuse = (why: string): { ok: false; message: string } => ({
    ok: false,
    message: `${why} (saw ${JSON.stringify(text.slice(0, 80))})`,
  });
  const parts = text.split(':');
  const [container, protocol] = splitOnce(parts.at(-1) ?? '', '/');
  const published = parts.length > 1 ? (parts.at(-2) ?? '') : '';
  const address = parts
    .slice(0, -2)
    .join(':')
    .replace(/^\[(.*)\]$/, '$1');
  const proto = protocol === '' ? 'tcp' : protocol.toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(proto)) return refuse('the protocol must be tcp, udp or sctp');
  if (address !== '' && !isAddress(address)) return refuse(`${address.slice(0, 60)} is no IP address`);
  const target = parseRange(container);
  if (target === null) return refuse(`container port must be 0-${largest}, or a range such as 3000-3005`);
  const host = published === '' ? null : parseRange(published);
  if (published !== '' && host === null) return refuse(`published port must be 0-${largest}, or a range`);
  const count = target.end - target.start + 1;
  if (count > most) return refuse('the file publishes too many ports');
  if (host !== null && count > 1 && host.end - host.start + 1 !== count)
    return refuse('both ranges must be of the same length');
  const ports = Array.from({ length: count }, (_, index) => ({
    target: target.start + index,
    ...(host === null ? {} : { published: publishedText(host, index, count) }),
    ...(address === '' ? {} : { hostIp: address }),
    protocol: proto,
  }));
  return { ok: true, ports: ports.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}

const keyOf = (port: ShortPort): string => `${port.target}/${port.protocol}`;

function publishedText(host: Range, index: number, count: number): string {
  const first = String(host.start + index);
  return count === 1 && host.start !== host.end ? `${first}-${host.end}` : first;
}

type Range = { start: number; end: number };

/** `80` or `80-85`; null when it is neither. */
export function parseRange(text: string): Range | null {
  const match = /^\+?(\d{1,10})(?:-\+?(\d{1,10}))?$/.exec(text);
  if (match === null) return null;
  const start = Number(match[1]);
  const end = Number(match[2] ?? match[1]);
  return start <= end && end <= largest ? { start, end } : null;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** An IPv4 or IPv6 address in its usual forms. */
export function isAddress(text: string): boolean {
  if (text.length > 45) return false;
  const isFour = (part: string): boolean =>
    /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/.test(part) && !part.endsWith('.');
  if (isFour(text)) return true;
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1);
  const hasFour = last !== undefined && isFour(last);
  if (hasFour) groups.at(-1)?.splice(-1, 1, '0', '0');
  const all = groups.flat();
  const isWhole = all.every((group) => /^[\da-f]{1,4}$/i.test(group));
  return isWhole && (halves.length === 2 ? all.length < 8 : all.length === 8);
}
