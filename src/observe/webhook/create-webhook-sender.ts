import type { LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SendWebhook, WebhookRequest } from '../../core/port/send-webhook.ts';
import { describeFailure, findAddress, systemResolve, type Resolve } from '../resolve-target.ts';

/**
 * Sends over connections of its own, without a proxy, to the one address that was judged.
 */
export function createWebhookSender(options: { resolve?: Resolve } = {}): SendWebhook {
  const resolve = options.resolve ?? systemResolve;
  return async (request, signal) => {
    const began = performance.now();
    const took = (): number => Math.round(performance.now() - began);
    const limit = AbortSignal.timeout(request.timeoutMs);
    try {
      const host = new URL(request.url).hostname.replace(/^\[|\]$/g, '');
      const address = await findAddress({ host, isAllowed: request.isAllowed }, resolve, limit);
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
