import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { classifyAddress, type AddressClass } from '../core/webhook/classify-address.ts';

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** Every address of a name, as this machine resolves it. */
export const systemResolve: Resolve = async (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/** What is told to people as it is. */
export class TargetRefusedError extends Error {}

/**
 * The address to connect to. The name is resolved once, every address of it is judged, and one of those is it: an answer that
 * changes between (DNS rebinding) leads nowhere. @throws TargetRefusedError.
 */
export async function findAddress(
  { host, isAllowed }: { host: string; isAllowed: (kind: AddressClass) => boolean },
  resolve: Resolve,
  limit: AbortSignal,
): Promise<LookupAddress> {
  const family = isIP(host);
  const addresses =
    family === 0 ? await Promise.race([resolve(host), whenAborted(limit)]) : [{ address: host, family }];
  const [first] = addresses;
  if (first === undefined) throw new TargetRefusedError('the name has no address');
  for (const { address } of addresses) {
    const kind = classifyAddress(address);
    if (!isAllowed(kind))
      throw new TargetRefusedError(
        `not allowed: the name leads to a ${kind === 'forbidden' ? 'reserved or link-local' : kind} address`,
      );
  }
  return first;
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be resolved',
};

/** Why no answer came, without anything of its content. */
export function describeFailure(error: unknown, limit: AbortSignal, timeoutMs: number): string {
  if (error instanceof TargetRefusedError) return error.message;
  if (limit.aborted) return `no answer within ${timeoutMs / 1000} s`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? `the connection failed${code === '' ? '' : ` (${code})`}`;
}
