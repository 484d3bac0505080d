import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { createCaller, type Called } from '../../../test/factories/cli/call-crane.ts';
import { portOf, testApi } from '../../../test/factories/test-api.ts';

const order = z.object({
  builds: z.record(z.string(), z.object({ context: z.string(), dockerfile: z.string().optional() })),
  isBuilding: z.boolean().optional(),
  services: z.array(z.string()).optional(),
  hasCache: z.boolean().optional(),
});

/** The command line on a real API, in a folder with an app; what it ordered last. */
async function inFolder(test: TestContext, services: object) {
  const folder = mkdtempSync(join(tmpdir(), 'crane-send-'));
  test.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'web'));
  for (const path of ['web/Dockerfile', 'web/file', 'Outside'])
    writeFileSync(join(folder, path), `# ${path}`);
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, JSON.stringify({ name: 'shop', services }));
  const { api, store } = await testApi(test);
  await api.listen({ port: 0, host: '127.0.0.1' });
  const call = createCaller(folder, `http://127.0.0.1:${portOf(api)}`);
  const crane = async (command: string, ...argv: string[]): Promise<Called> =>
    call([command, ...argv, '-f', file, '--no-wait'], { CRANE_TOKEN: 'crane_ada' });
  const ordered = (): z.infer<typeof order> => {
    const last = store.operations.listOpen().at(-1);
    assert.ok(last !== undefined);
    return order.parse(store.operations.input(last.id));
  };
  return { crane, ordered };
}

describe('deploying what is built', () => {
  it('sends each folder once, and names it for each service', async (test) => {
    const build = { context: 'web' };
    const { crane, ordered } = await inFolder(test, {
      web: { build },
      worker: { build },
      db: { image: 'db:1' },
    });
    const { code, err } = await crane('deploy');
    assert.equal(code, 0, err);
    assert.equal(err.match(/sent \(/g)?.length, 1, err);
    const { builds, isBuilding } = ordered();
    assert.deepEqual(Object.keys(builds), ['web', 'worker']);
    assert.equal(builds['web']?.context, builds['worker']?.context);
    assert.equal(isBuilding, false);
  });

  it('sends a Dockerfile that lies outside its folder as text', async (test) => {
    const { crane, ordered } = await inFolder(test, {
      web: { build: { context: 'web', dockerfile: '../Outside' } },
    });
    assert.equal((await crane('deploy', '--build')).code, 0);
    assert.equal(ordered().builds['web']?.dockerfile, '# Outside');
    assert.equal(ordered().isBuilding, true);
  });

  it('says which folder or Dockerfile is missing', async (test) => {
    for (const [build, message] of [
      [{ context: 'nowhere' }, /services\.web\.build\.context: there is no folder .*nowhere/],
      [{ context: 'web', dockerfile: 'No' }, /services\.web\.build\.dockerfile: there is no file .*web\/No/],
    ] as const) {
      const { crane } = await inFolder(test, { web: { build } });
      const { code, err } = await crane('deploy');
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });

  it('sends nothing when the file asks for what cannot be built', async (test) => {
    const { crane } = await inFolder(test, { web: { build: { context: 'web', ssh: ['default'] } } });
    const { code, err } = await crane('deploy');
    assert.equal(code, 2);
    assert.match(err, /compose\.yaml:1:\d+ services\.web\.build\.ssh/);
    assert.doesNotMatch(err, /sen[dt]/);
  });

  it('needs no folder where an image is named, and sends none that is never built', async (test) => {
    const { crane, ordered } = await inFolder(test, {
      web: { image: 'web:1', build: { context: 'nowhere' } },
      api: { image: 'api:1', pull_policy: 'always', build: { context: 'web' } },
    });
    const { code, err } = await crane('deploy');
    assert.equal(code, 0, err);
    assert.deepEqual(ordered().builds, {});
  });
});

describe('crane build', () => {
  it('orders what it is told, and no more is sent', async (test) => {
    const build = { context: 'web' };
    const { crane, ordered } = await inFolder(test, {
      web: { build },
      job: { build: { ...build, dockerfile_inline: 'FROM scratch' } },
    });
    const { code, err, out } = await crane('build', 'job', '--no-cache');
    assert.equal(code, 0, err);
    assert.match(out, /^op-/);
    const { builds, services, hasCache } = ordered();
    assert.deepEqual([Object.keys(builds), services, hasCache], [['job'], ['job'], false]);
  });

  it('says what is built when something else is named', async (test) => {
    const { crane } = await inFolder(test, { web: { build: { context: 'web' } }, db: { image: 'db:1' } });
    const { code, err } = await crane('build', 'db');
    assert.equal(code, 1);
    assert.match(err, /The service db is not built[\s\S]*web/);
  });
});
