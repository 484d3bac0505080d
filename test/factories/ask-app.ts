import { request, type Agent } from 'node:http';

/** `location`: where it sends on to. */
export type AppAnswer = { status: number; instance: string | null; body: string; location: string | null };

/** One request (GET, unless another is named) through the router. `*.localhost` goes to this machine, whatever the resolver knows. Rejects when no answer comes. */
export function askApp(
  url: string,
  {
    path = '/',
    agent,
    timeoutMs = 10_000,
    method = 'GET',
    body: sentBody = '',
  }: { path?: string; agent?: Agent; timeoutMs?: number; method?: string; body?: string } = {},
): Promise<AppAnswer> {
  const target = new URL(path, url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        method,
        host: '127.0.0.1',
        port: target.port,
        path: `${target.pathname}${target.search}`,
        headers: { host: target.host },
        agent: agent ?? false,
        signal: AbortSignal.timeout(timeoutMs),
      },
      (answer) => {
        const instance = answer.headers['x-instance'];
        let body = '';
        answer.setEncoding('utf8').on('data', (part: string) => (body += part));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            instance: typeof instance === 'string' ? instance : null,
            body,
            location: answer.headers.location ?? null,
          }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(sentBody);
  });
}
