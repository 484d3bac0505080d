import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readEvents } from '../../src/cli/client/client.ts';
import type { TestInstallation } from './installation.ts';

const credentials = z.object({ logins: z.record(z.string(), z.object({ token: z.string() })) });
const accepted = z.object({ operation: z.object({ id: z.string() }) });
const operation = z.object({
  status: z.string(),
  error: z.object({ message: z.string() }).nullish(),
});

export type ApiDriver = {
  /** Asks for something that takes time and waits for its good end. Milliseconds from the request to the end. */
  change(path: string, body: unknown): Promise<number>;
  get(path: string): Promise<unknown>;
};

/** The API of an installation that is up: for what is done so often that starting a command each time would take most of it. */
export function driveApi(crane: TestInstallation): ApiDriver {
  const text = readFileSync(join(crane.data, 'credentials.json'), 'utf8');
  const token = credentials.parse(JSON.parse(text)).logins[crane.apiUrl]?.token ?? '';
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${crane.apiUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    get: (path) => call('GET', path),
    async change(path, body) {
      const began = performance.now();
      const { id } = accepted.parse(await call('POST', path, body)).operation;
      // The stream ends with the operation.
      for await (const _ of readEvents(`${crane.apiUrl}/api/v1/operations/${id}/events`, token, null));
      const ended = operation.parse(await call('GET', `/operations/${id}`));
      if (ended.status !== 'succeeded') throw new Error(`${path}: ${ended.status}: ${ended.error?.message}`);
      return performance.now() - began;
    },
  };
}
