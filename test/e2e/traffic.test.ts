import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import type { LoadReport } from '../../src/core/load/load.ts';
import { askApp } from '../factories/ask-app.ts';
import { driveApi, type ApiDriver } from '../factories/drive-api.ts';
import { holdLoad } from '../factories/hold-load.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { waitFor } from '../factories/wait-for.ts';

const rate = 200;
const appSchema = z.object({ uniqueName: z.string(), url: z.string() });

/** An app that does nothing for a graceful end: whoever sends it a request too late has lost that one. */
const fileOf = (name: string, more = ''): { files: { path: string; text: string }[] } => ({
  files: [
    {
      path: 'compose.yaml',
      text: `name: shop
services:
  web:
    image: crane/whoami:1
    environment: { NAME: "${name}" }
    stop_signal: SIGKILL
    deploy: { replicas: 2 }
    x-crane: { route: { port: 8080${more} } }
`,
    },
  ],
});

const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN);

function requireNoneLost(test: TestContext, report: LoadReport, seconds: readonly number[]): void {
  test.diagnostic(
    `${report.requests} requests in ${Math.round(report.durationMs / 1000)} s, ${report.lost} lost, p99 ${Math.round(report.p99Ms)} ms, ` +
      `slowest ${Math.round(report.maxMs)} ms; a change takes ${median(seconds)} ms (median of ${seconds.length})`,
  );
  assert.deepEqual(report.lostByKind, {});
  assert.deepEqual(Object.keys(report.statuses), ['200']);
  assert.ok(report.requests > (report.durationMs / 1000) * rate * 0.95, 'the rate was held');
}

describe(`changes of an app that gets ${rate} requests a second over kept-alive connections`, () => {
  let crane: TestInstallation;
  let api: ApiDriver;
  let app = '';
  let url = '';

  before(async () => {
    crane = await createInstallation();
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    api = driveApi(crane);
    await api.change('/apps', fileOf('0'));
    ({ uniqueName: app, url } = appSchema.parse(await api.get('/apps/shop')));
    await waitFor('the app answers', async () => ((await askApp(url)).status === 200 ? true : null));
  });
  after(async () => crane.purge());

  it('twenty rolling updates and twenty rollbacks lose no request', async (test) => {
    const took: number[] = [];
    const load = holdLoad(url, rate);
    for (let turn = 1; turn <= 20; turn += 1) {
      took.push(await api.change(`/apps/${app}/deployments`, fileOf(String(turn))));
      assert.match((await askApp(url)).body, new RegExp(`\\b${turn}\\b`));
      took.push(await api.change(`/apps/${app}/rollback`, {}));
    }
    requireNoneLost(test, await load.end(), took);
  });

  it('restarts, scaling out and in, and changed routes lose no request', async (test) => {
    const took: number[] = [];
    const load = holdLoad(url, rate);
    for (let turn = 1; turn <= 3; turn += 1) {
      took.push(await api.change(`/apps/${app}/restart`, {}));
      took.push(await api.change(`/apps/${app}/scale`, { services: { web: 4 } }));
      took.push(await api.change(`/apps/${app}/scale`, { services: { web: 1 } }));
      const limited = fileOf('0', ', rateLimit: { average: 5000 }');
      took.push(await api.change(`/apps/${app}/deployments`, turn % 2 === 1 ? limited : fileOf('0')));
    }
    requireNoneLost(test, await load.end(), took);
  });
});
