import type { ComposeNetwork } from '../compose/compose-project.ts';
import type { AddressPool, NetworkSpec } from '../port/runtime.ts';

type Pools = Pick<NetworkSpec, 'subnet' | 'pool' | 'morePools' | 'hasIpv6' | 'addressOptions'>;
type Config = NonNullable<NonNullable<NonNullable<ComposeNetwork>['ipam']>['config']>[number];

/**
 * The address pools of a network: those of the file, with an IPv4 subnet from `allot` where it names none, and with IPv6 a
 * subnet of its own, since older engines choose none. Null when no subnet is left.
 */
export function addressPools(spec: ComposeNetwork | undefined, allot: () => string | null): Pools | null {
  const { enable_ipv6: hasIpv6 = false, ipam } = spec ?? {};
  const configs = ipam?.config ?? [];
  const isSix = ({ subnet, gateway }: Config): boolean => (subnet ?? gateway ?? '').includes(':');
  const [first, ...more] = configs.filter((config) => !isSix(config));
  const subnet = first?.subnet ?? allot();
  if (subnet === null) return null;
  const sixes = configs.filter(isSix).flatMap(toPool);
  const added = hasIpv6 && sixes.length === 0 ? [{ subnet: ipv6Beside(subnet) }] : [];
  const others = [...more.flatMap(toPool), ...sixes, ...added];
  return {
    subnet,
    ...(first === undefined ? {} : { pool: partsOf(first) }),
    ...(others.length === 0 ? {} : { morePools: others }),
    ...(hasIpv6 ? { hasIpv6 } : {}),
    ...(ipam?.options === undefined ? {} : { addressOptions: ipam.options }),
  };
}

function toPool(config: Config): AddressPool[] {
  return config.subnet === undefined ? [] : [{ subnet: config.subnet, ...partsOf(config) }];
}

function partsOf({
  gateway,
  ip_range: ipRange,
  aux_addresses: reserved,
}: Config): Omit<AddressPool, 'subnet'> {
  return {
    ...(gateway === undefined ? {} : { gateway }),
    ...(ipRange === undefined ? {} : { ipRange }),
    ...(reserved === undefined ? {} : { reserved }),
  };
}

/** A unique local /64 (RFC 4193) beside each IPv4 subnet, with its address in it: `fd63:7261:ad5:240::/64` for 10.213.2.64. */
function ipv6Beside(subnet: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = (subnet.split('/')[0] ?? '').split('.').map(Number);
  const group = (high: number, low: number): string => (high * 256 + low).toString(16);
  return `fd63:7261:${group(a, b)}:${group(c, d)}::/64`;
}
