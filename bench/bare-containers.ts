import { request } from 'node:http';
import { z } from 'zod';

const created = z.looseObject({ Id: z.string() });
const socketPath = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace('unix://', '');

/** One call of the engine's API on its socket. */
function call(method: string, path: string, body?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const asked = request({ socketPath, method, path: `/v1.41${path}`, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => {
        if ((answer.statusCode ?? 0) >= 400) reject(new Error(`${method} ${path}: ${text}`));
        else resolve(text === '' ? null : JSON.parse(text));
      });
    });
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Creates and starts `count` containers of `crane/whoami:1`, `width` at a time, on a network of their own: milliseconds. Removes them again. */
export async function startBareContainers(count: number, width: number): Promise<number> {
  const network = created.parse(
    await call('POST', '/networks/create', {
      Name: `crane-bench-${process.pid}`,
      IPAM: { Config: [{ Subnet: '10.254.77.0/26' }] },
    }),
  ).Id;
  const ids: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      const made = await call('POST', '/containers/create', {
        Image: 'crane/whoami:1',
        HostConfig: { NetworkMode: network },
      });
      const { Id } = created.parse(made);
      ids.push(Id);
      await call('POST', `/containers/${Id}/start`);
    }
  };
  const began = performance.now();
  try {
    await Promise.all(Array.from({ length: width }, worker));
    return performance.now() - began;
  } finally {
    for (const id of ids) await call('DELETE', `/containers/${id}?force=true`);
    await call('DELETE', `/networks/${network}`);
  }
}
