/** An IPv4 network: first address as a number, and prefix length. */
type Block = { start: number; length: number };

/** Apps' networks hold up to 61 instances each; a /16 range gives about a thousand of them. */
const appPrefix = 26;
/** The platform's own network is the first /24 of the range. */
const platformPrefix = 24;

/** The platform's network in a range: `10.213.0.0/16` → `10.213.0.0/24`. */
export function platformSubnet(range: string): string {
  const block = parseCidr(range);
  return block === null ? range : `${formatAddress(block.start)}/${Math.max(platformPrefix, block.length)}`;
}

/**
 * The platform's network. First by name among those that the router joins, and no app may have a name before it: engines before API 1.48
 * take the first one for the way out, and while another one becomes the first, the router's published port is closed.
 */
export function platformNetworkName(prefix: string): string {
  return `0----${prefix}-platform`;
}

/** The nth address of a network: `addressIn('10.213.0.0/24', 2)` → `10.213.0.2`. */
export function addressIn(cidr: string, index: number): string {
  return formatAddress((parseCidr(cidr)?.start ?? 0) + index);
}

/** The lowest free app network of the range, clear of the platform's and of everything taken; null when none is left. */
export function allotSubnet(range: string, taken: readonly string[]): string | null {
  const within = parseCidr(range);
  if (within === null || within.length > appPrefix) return null;
  const size = 2 ** (32 - appPrefix);
  const used = [platformSubnet(range), ...taken]
    .flatMap((cidr) => parseCidr(cidr) ?? [])
    .sort((one, other) => one.start - other.start);
  let { start } = within;
  for (const block of used) {
    if (endOf(block) <= start) continue;
    if (block.start >= start + size) break;
    start = Math.ceil(endOf(block) / size) * size;
  }
  return start < endOf(within) ? `${formatAddress(start)}/${appPrefix}` : null;
}

/** Whether an address lies in a network; false for anything that is not IPv4. */
export function isInSubnet(address: string, cidr: string): boolean {
  const point = parseCidr(`${address.replace(/^::ffff:/, '')}/32`);
  const block = parseCidr(cidr);
  return point !== null && block !== null && overlaps(point, block);
}

/** Whether a network shares addresses with any of the others; one that is not IPv4 shares none. */
export function overlapping(cidr: string, others: readonly string[]): boolean {
  const block = parseCidr(cidr);
  return (
    block !== null &&
    others.flatMap((other) => parseCidr(other) ?? []).some((other) => overlaps(block, other))
  );
}

/** A /16 that shares no address with what is taken, to suggest to a person; null when every private one is taken. */
export function freeRange(taken: readonly string[]): string | null {
  for (let tries = 0; tries < 128; tries += 1) {
    const range = `10.${128 + ((213 - 128 + tries) % 128)}.0.0/16`;
    if (!overlapping(range, taken)) return range;
  }
  return null;
}

/** Null when it is not an IPv4 CIDR (IPv6 networks never clash with ours). */
export function parseCidr(cidr: string): Block | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return null;
  const numbers = match.slice(1).map(Number);
  const [length = 33] = numbers.slice(4);
  if (numbers.slice(0, 4).some((part) => part > 255) || length > 32) return null;
  const address = numbers.slice(0, 4).reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - length);
  return { start: Math.floor(address / size) * size, length };
}

function overlaps(a: Block, b: Block): boolean {
  return a.start < endOf(b) && b.start < endOf(a);
}

/** The first address after a block. */
function endOf({ start, length }: Block): number {
  return start + 2 ** (32 - length);
}

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
