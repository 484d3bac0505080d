import { requestOver } from './client/send-http.ts';

export type Probe = { status: number; instance: string | null; tookMs: number };

/** `*.localhost` is this machine by RFC 6761, though not every resolver knows it. */
function addressOf(url: URL): string {
  return url.hostname === 'localhost' || url.hostname.endsWith('.localhost') ? '127.0.0.1' : url.hostname;
}

/** One GET on a connection of its own; null when there was no answer in time. `authority` in PEM vouches for a host with TLS. */
export async function probeUrl(
  text: string,
  options: { timeoutMs: number; signal: AbortSignal; path?: string; authority?: string | undefined },
): Promise<Probe | null> {
  const url = new URL(options.path ?? '/', text);
  const began = performance.now();
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve) => {
    const sent = requestOver(url.protocol)(
      {
        ...(isSecure ? { servername: url.hostname, ca: options.authority } : {}),
        host: addressOf(url),
        port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, 'user-agent': 'crane' },
        agent: false,
        signal,
      },
      (answer) => {
        const header = answer.headers['x-instance'];
        const instance = typeof header === 'string' ? header : null;
        answer.on('error', () => resolve(null));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, instance, tookMs: performance.now() - began }),
        );
        answer.resume();
      },
    );
    sent.on('error', () => resolve(null));
    sent.end();
  });
}
