export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden';

/** https://www.iana.org/assignments/iana-ipv4-special-registry; the first that holds counts. */
const ipv4Blocks: readonly (readonly [address: string, bits: number, AddressClass])[] = [
  ['127.0.0.0', 8, 'loopback'],
  ['10.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  // A cloud's metadata service stands in the shared range.
  ['100.100.100.200', 32, 'forbidden'],
  ['100.64.0.0', 10, 'private'],
  ['0.0.0.0', 8, 'forbidden'],
  ['169.254.0.0', 16, 'forbidden'],
  ['192.0.0.0', 24, 'forbidden'],
  ['192.0.2.0', 24, 'forbidden'],
  ['192.88.99.0', 24, 'forbidden'],
  ['198.18.0.0', 15, 'private'],
  ['198.51.100.0', 24, 'forbidden'],
  ['203.0.113.0', 24, 'forbidden'],
  ['224.0.0.0', 3, 'forbidden'],
];

/** https://www.iana.org/assignments/iana-ipv6-special-registry; addresses that carry an IPv4 one are what that is. */
const ipv6Blocks: readonly (readonly [groups: readonly number[], bits: number, AddressClass])[] = [
  [[0, 0, 0, 0, 0, 0, 0, 1], 128, 'loopback'],
  // Metadata services of clouds.
  [[0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254], 128, 'forbidden'],
  [[0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254], 128, 'forbidden'],
  [[0xfc00], 7, 'private'],
  [[0x2001, 0x0db8], 32, 'forbidden'],
  [[0x2000], 3, 'public'],
];
/** Prefixes after which an IPv4 address stands, and at which group. */
const carriers: readonly (readonly [groups: readonly number[], bits: number, at: number])[] = [
  [[0, 0, 0, 0, 0, 0xffff], 96, 6],
  [[0x0064, 0xff9b], 96, 6],
  [[0x2002], 16, 1],
];

/**
 * What kind of place an address is. `forbidden`: link-local (also where clouds serve credentials), unspecified, multicast,
 * reserved, or not an address at all: nobody's webhook is there.
 */
export function classifyAddress(address: string): AddressClass {
  const v4 = parseIpv4(address);
  if (v4 !== null) return classifyIpv4(v4);
  const v6 = parseIpv6(address.replace(/%.*$/, ''));
  if (v6 === null) return 'forbidden';
  const carrier = carriers.find(([groups, bits]) => isInBlock(v6, groups, bits));
  if (carrier !== undefined) {
    const [, , at] = carrier;
    return classifyIpv4((v6[at] ?? 0) * 0x10000 + (v6[at + 1] ?? 0));
  }
  return ipv6Blocks.find(([groups, bits]) => isInBlock(v6, groups, bits))?.[2] ?? 'forbidden';
}

function classifyIpv4(value: number): AddressClass {
  const isIn = (address: string, bits: number): boolean =>
    Math.floor(value / 2 ** (32 - bits)) === Math.floor((parseIpv4(address) ?? 0) / 2 ** (32 - bits));
  return ipv4Blocks.find(([address, bits]) => isIn(address, bits))?.[2] ?? 'public';
}

function isInBlock(value: readonly number[], groups: readonly number[], bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 16) {
    const shift = Math.max(0, 16 - (bits - bit));
    const group = bit / 16;
    if ((value[group] ?? 0) >> shift !== (groups[group] ?? 0) >> shift) return false;
  }
  return true;
}

function parseIpv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((value, part) => value * 256 + part, 0);
}

/** Eight groups of 16 bits; null when it is not an address. */
function parseIpv6(text: string): number[] | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null) {
    const v4 = parseIpv4(tail[2] ?? '');
    if (v4 === null) return null;
    return parseIpv6(`${tail[1]}${Math.floor(v4 / 0x10000).toString(16)}:${(v4 % 0x10000).toString(16)}`);
  }
  const [head = '', end, ...more] = text.split('::');
  if (more.length > 0) return null;
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [first, last] = [groupsOf(head), groupsOf(end ?? '')];
  const missing = 8 - first.length - last.length;
  if (end === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null;
}
