/**
 * Sends what comes as lines on standard input as webhooks, and tells each answer as a line: run inside the network of a part of
 * the platform, since Crane's internal listener takes connections from there only.
 *
 *     node bench/send-webhooks.ts http://10.210.0.1:7071/internal/alerts CREDENTIAL_FILE
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const [url = '', credentialFile = ''] = process.argv.slice(2);
const credential = readFileSync(credentialFile, 'utf8').trim();
const order = z.object({ id: z.int(), alerts: z.array(z.unknown()) });

for await (const line of createInterface(process.stdin)) {
  const { id, alerts } = order.parse(JSON.parse(line));
  void send(alerts).then((answer) => console.log(JSON.stringify({ id, ...answer })));
}

async function send(alerts: readonly unknown[]): Promise<{ status: number; tookMs: number; body: unknown }> {
  const began = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', groupKey: 'bench', status: 'firing', receiver: 'crane', alerts }),
    signal: AbortSignal.timeout(30_000),
  });
  const body: unknown = await response.json();
  return { status: response.status, tookMs: performance.now() - began, body };
}
