import { request } from 'node:http';

/** One request through the router on loopback (names below `localhost` are not known to every resolver); milliseconds to the end of its answer. */
export function askOnce(url: string, path = '/'): Promise<number> {
  const { host, port } = new URL(url);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, headers: { host }, agent: false, timeout: 60_000 },
      (answer) => {
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () => {
          if (answer.statusCode === 200) resolve(performance.now() - began);
          else reject(new Error(`${path} was answered with ${answer.statusCode}`));
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`${path} was not answered`)));
    asked.on('error', reject);
    asked.end();
  });
}
