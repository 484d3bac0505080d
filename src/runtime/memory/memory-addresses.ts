import { CraneError } from '../../core/error/crane-error.ts';
import type { MemoryEngine, MemoryNetwork } from './memory-engine.ts';

/** The lowest free address of a network, as a bridge hands them out: the first is the gateway's. */
export function allotAddress(engine: MemoryEngine, network: MemoryNetwork): string {
  const { base, size } = parseSubnet(network.subnets[0] ?? '172.17.0.0/16');
  const used = new Set(
    [...engine.containers.values()].map((container) => container.networks.get(network.name)),
  );
  for (let offset = 2; offset < size - 1; offset += 1) {
    const address = formatAddress(base + offset);
    if (!used.has(address)) return address;
  }
  throw new CraneError('engine.failed', `No address is left on network ${network.name}.`);
}

/** A subnet nobody uses, as the engine chooses one by itself. */
export function chooseSubnet(engine: MemoryEngine): string {
  const used = new Set([...engine.networks.values()].flatMap((network) => network.subnets));
  for (let second = 18; second < 32; second += 1) {
    const subnet = `172.${second}.0.0/16`;
    if (!used.has(subnet)) return subnet;
  }
  throw new CraneError('network.exhausted', {
    message: 'The engine has no free subnet left.',
    fix: 'Remove unused networks, then try again.',
  });
}

/** Whether two subnets share an address. */
export function doOverlap(first: string, second: string): boolean {
  const [a, b] = [parseSubnet(first), parseSubnet(second)];
  return a.base < b.base + b.size && b.base < a.base + a.size;
}

function parseSubnet(subnet: string): { base: number; size: number } {
  const [address = '', bits = ''] = subnet.split('/');
  const parts = address.split('.').map(Number);
  const isRight =
    parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256);
  const length = Number(bits);
  if (!isRight || bits === '' || !Number.isInteger(length) || length < 1 || length > 32)
    throw new CraneError('engine.failed', `"${subnet}" is no IPv4 subnet.`);
  const size = 2 ** (32 - length);
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  return { base: value - (value % size), size };
}

function formatAddress(value: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(value / unit) % 256).join('.');
}
