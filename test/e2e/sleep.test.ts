import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { driveApi, type ApiDriver } from '../factories/drive-api.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { waitFor } from '../factories/wait-for.ts';

const appSchema = z.object({ uniqueName: z.string(), url: z.string() });
const rows = z.object({
  items: z.array(z.object({ trigger: z.string(), to: z.number(), reason: z.string() })),
});

const compose = `name: nap
services:
  web:
    image: crane/whoami:1
    depends_on: [cache]
    x-crane:
      route: 8080
      scale: { min: 0, max: 2, idle: 5s }
  cache:
    image: crane/whoami:1
    x-crane:
      scale: { min: 0, idle: 5s }
`;

/** The answer to a request that wants a WebSocket. */
function askUpgrade(url: string): Promise<{ status: number; retryAfter: string | undefined }> {
  const { port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      headers: { host, connection: 'Upgrade', upgrade: 'websocket' },
      agent: false,
      signal: AbortSignal.timeout(10_000),
    });
    sent.once('response', ({ statusCode = 0, headers }) =>
      resolve({ status: statusCode, retryAfter: headers['retry-after'] }),
    );
    sent.once('error', reject);
    sent.end();
  });
}

describe('an app that sleeps', () => {
  let crane: TestInstallation;
  let api: ApiDriver;
  let app = '';
  let url = '';
  const isAsleep = (): Promise<true> =>
    waitFor('it sleeps', async () => ((await crane.instances(app)).length === 0 ? true : null), {
      timeoutMs: 60_000,
    });

  before(async () => {
    crane = await createInstallation();
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    api = driveApi(crane);
    await api.change('/apps', { files: [{ path: 'compose.yaml', text: compose }] });
    ({ uniqueName: app, url } = appSchema.parse(await api.get('/apps/nap')));
  });
  after(async () => crane.purge());

  it('goes to sleep with what it needs, and loses none of the requests that wake it', async (test) => {
    await isAsleep();
    assert.match((await crane.crane(['ls'])).out, /running .*asleep: web; a request wakes it/);
    const began = performance.now();
    const body = 'x'.repeat(300_000);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        askApp(url, index % 2 === 0 ? {} : { method: 'POST', body, path: '/api' }),
      ),
    );
    test.diagnostic(
      `40 requests to a sleeping app with a dependency: ${Math.round(performance.now() - began)} ms`,
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const { items } = rows.parse(await api.get(`/decisions?app=${app}`));
    const reasons = items.map(({ trigger, to, reason }) => `${trigger} ${to} ${reason}`);
    assert.equal(reasons.filter((text) => text === 'request 1 woken by a request').length, 1);
    assert.equal(reasons.filter((text) => text === 'loop 0 idle for 5 s').length, 2);
  });

  it('stays awake for a request that takes longer than its idle time', async () => {
    const { status } = await askApp(url, { path: '/sleep?ms=14000', timeoutMs: 20_000 });
    assert.equal(status, 200);
  });

  it('asks who wants a WebSocket to come again, and is awake then', async () => {
    await isAsleep();
    assert.deepEqual(await askUpgrade(url), { status: 503, retryAfter: '2' });
    await waitFor('it is awake', async () => ((await crane.instances(app)).length === 2 ? true : null));
  });

  it('is woken after a restart of Crane, and not when it was stopped', async () => {
    await isAsleep();
    assert.equal((await crane.crane(['down'])).code, 0);
    assert.equal((await crane.crane(['up', '--detach'])).code, 0);
    assert.equal((await askApp(url, { timeoutMs: 20_000 })).status, 200);
    await api.change(`/apps/${app}/stop`, {});
    assert.equal((await askApp(url)).status, 503);
  });
});
