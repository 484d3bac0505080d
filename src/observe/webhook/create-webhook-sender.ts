import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { SendWebhook, WebhookRequest } from '../../core/port/send-webhook.ts';
import { classifyAddress } from '../../core/webhook/classify-address.ts';

type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const systemResolve: Resolve = async (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/**
 * Sends over connections of its own, without a proxy. The name is resolved once, every address of it is judged, and one of those
 * is connected to: an answer that changes between (DNS rebinding) leads nowhere.
 */
export function createWebhookSender(options: { resolve?: Resolve } = {}): SendWebhook {
  const resolve = options.resolve ?? systemResolve;
  return async (request, signal) => {
    const began = performance.now();
    const took = (): number => Math.round(performance.now() - began);
    const limit = AbortSignal.timeout(request.timeoutMs);
    try {
      const address = await findAddress(request, resolve, limit);
      const status = await post(
        request,
        address,
        AbortSignal.any(signal === undefined ? [limit] : [limit, signal]),
      );
      return { status, error: describeStatus(status), tookMs: took() };
    } catch (error) {
      return { status: null, error: describeFailure(error, limit, request.timeoutMs), tookMs: took() };
    }
  };
}

/** What is told to people as it is. */
class TargetRefusedError extends Error {}

async function findAddress(
  { url, isAllowed }: WebhookRequest,
  resolve: Resolve,
  limit: AbortSignal,
): Promise<LookupAddress> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
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

async function post(
  { url, headers, body }: WebhookRequest,
  { address, family }: LookupAddress,
  signal: AbortSignal,
): Promise<number> {
  const pinned: LookupFunction = (_host, { all }, done) => {
    if (all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    lookup: pinned,
    agent: false,
    signal,
  };
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sending = send(url, options, (answer: IncomingMessage) => {
      resolve(answer.statusCode ?? 0);
      // Whatever the receiver has to say: it is not read.
      answer.destroy();
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function describeStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `answered ${status}: redirects are not followed`;
  return `answered ${status}`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be resolved',
};

function describeFailure(error: unknown, limit: AbortSignal, timeoutMs: number): string {
  if (error instanceof TargetRefusedError) return error.message;
  if (limit.aborted) return `no answer within ${timeoutMs / 1000} s`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? `the connection failed${code === '' ? '' : ` (${code})`}`;
}
