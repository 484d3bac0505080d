import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { freePort } from '../factories/test-platform.ts';
import { askApp } from '../factories/ask-app.ts';
import { buildDockerCompose } from '../factories/docker-compose.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { waitFor } from '../factories/wait-for.ts';

const run = promisify(execFile);
const examples = join(import.meta.dirname, '../../examples');

type Example = {
  /** What the front page says. */
  says: RegExp;
  /** The service that is killed. */
  killed: string;
  /** Brings along what a bundle does not carry, as its README asks. */
  complete?: (bundle: string) => void;
};

const all: Record<string, Example> = {
  shop: {
    says: /visits: \d+/,
    killed: 'web',
    complete: (bundle) => {
      mkdirSync(join(bundle, 'secrets'));
      cpSync(join(examples, 'shop/db-password.txt'), join(bundle, 'secrets/db_password'));
    },
  },
  'static-site': {
    says: /A static site/,
    killed: 'site',
    complete: (bundle) => {
      cpSync(join(examples, 'static-site/site'), join(bundle, 'mounts/site'), { recursive: true });
    },
  },
  migration: { says: /schema: 3/, killed: 'web' },
  notes: { says: /keys: \d+/, killed: 'notes' },
  networks: { says: /visits: \d+/, killed: 'api' },
};
const names = Object.keys(all);

const appDocument = z.object({ uniqueName: z.string(), url: z.string(), state: z.string() });
type App = z.infer<typeof appDocument>;

describe('the example apps', () => {
  let crane: TestInstallation;
  let compose: string;
  let folder: string;
  const apps = new Map<string, App>();
  const appOf = (name: string): App => apps.get(name) ?? assert.fail(`${name} was not deployed`);
  const exampleOf = (name: string): Example => all[name] ?? assert.fail(name);
  const bundleOf = (name: string): string => join(folder, name);
  const command = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await crane.crane(args);
    assert.equal(code, 0, `crane ${args.join(' ')}: ${err}`);
    return out;
  };
  const answers = async (name: string, url: string): Promise<void> => {
    await waitFor(
      `${name} answers at ${url}`,
      async () => {
        const { status, body } = await askApp(url).catch(() => ({ status: 0, body: '' }));
        return status === 200 && exampleOf(name).says.test(body) ? true : null;
      },
      { timeoutMs: 60_000 },
    );
  };

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-examples-'));
    compose = await buildDockerCompose();
    await command('prepare', '--examples');
    await command('up', '--detach');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  it('are deployed as they are, and answer through the router', async () => {
    await Promise.all(
      names.map(async (name) => {
        const file = join(examples, name, 'compose.yaml');
        const app = appDocument.parse(await crane.json(['deploy', '-f', file]));
        assert.equal(app.state, 'running', name);
        apps.set(name, app);
        await answers(name, app.url);
      }),
    );
  });

  it('do what their READMEs say', async () => {
    const { url: shop } = appOf('shop');
    const ordered = await askApp(shop, { path: '/orders', method: 'POST', body: 'tea' });
    assert.equal(ordered.status, 202);
    const filled = await waitFor('the worker fills the order', async () => {
      const { status, body } = await askApp(shop, { path: `/orders/${ordered.body.trim()}` });
      return status === 200 ? body : null;
    });
    assert.equal(filled, 'TEA\n');
    const reach = async (address: string): Promise<string> =>
      (await askApp(appOf('networks').url, { path: `/reach?address=${address}` })).body;
    assert.equal(await reach('api:8080'), 'yes\n');
    assert.equal(await reach('store:8080'), 'no\n');
    const instances = await crane.instances(appOf('migration').uniqueName);
    assert.ok(instances.some(({ labels }) => labels['crane.service'] === 'web'));
  });

  it('survive that an instance is killed', async () => {
    await Promise.all(
      names.map(async (name) => {
        const { uniqueName, url } = appOf(name);
        const { killed } = exampleOf(name);
        const running = async (): Promise<string[]> =>
          (await crane.instances(uniqueName))
            .filter(({ labels, state }) => labels['crane.service'] === killed && state === 'running')
            .map(({ id }) => id);
        const before_ = await running();
        const [victim = ''] = before_;
        await crane.engine.containers.kill(victim, 'SIGKILL');
        await waitFor(`another ${killed} of ${name} runs`, async () => {
          const now = await running();
          return now.length === before_.length && !now.includes(victim) ? true : null;
        });
        await answers(name, url);
      }),
    );
  });

  it('keep what is on their volumes over a new release', async () => {
    const { uniqueName, url } = appOf('notes');
    const path = '/keys/today';
    assert.equal((await askApp(url, { path, method: 'PUT', body: 'buy tea' })).status, 200);
    const file = join(folder, 'notes.yaml');
    const text = readFileSync(join(examples, 'notes/compose.yaml'), 'utf8');
    writeFileSync(
      file,
      text.replace('{ DATA_FILE: /data/notes.json }', '{ DATA_FILE: /data/notes.json, NEW: "1" }'),
    );
    await command('deploy', '-f', file, '--app', uniqueName);
    assert.equal((await askApp(url, { path })).body, 'buy tea');
    await command('rollback', uniqueName);
    assert.equal((await askApp(url, { path })).body, 'buy tea');
  });

  it('leave as bundles that real Docker Compose serves', async () => {
    await Promise.all(
      names.map(async (name) => {
        const { uniqueName } = appOf(name);
        await command('export', uniqueName, '-o', bundleOf(name));
        const text = readFileSync(join(bundleOf(name), 'compose.yaml'), 'utf8');
        await command('export', uniqueName, '-o', bundleOf(name), '--force');
        assert.equal(readFileSync(join(bundleOf(name), 'compose.yaml'), 'utf8'), text);
        assert.ok(!text.includes(examples) && !text.includes(`${uniqueName}.localhost`), text);
        exampleOf(name).complete?.(bundleOf(name));
      }),
    );
    await Promise.all(
      names.map(async (name) => {
        const port = await freePort();
        const call = async (...args: string[]): Promise<unknown> =>
          run(compose, ['-p', `${crane.prefix}-${name}`, ...args], {
            cwd: bundleOf(name),
            env: {
              PATH: process.env['PATH'] ?? '',
              HOME: folder,
              ...(process.env['DOCKER_HOST'] === undefined
                ? {}
                : { DOCKER_HOST: process.env['DOCKER_HOST'] }),
              // The image by its official name is in a registry, which a test does not ask.
              ROUTER_IMAGE: await routerImage(crane),
              ROUTER_PORT: String(port),
            },
            timeout: 120_000,
          });
        try {
          await call('up', '--detach');
          await answers(name, `http://127.0.0.1:${port}`);
        } finally {
          await call('down', '--volumes', '--timeout', '1');
        }
      }),
    );
  });

  it('come back from their bundles as equal apps', async () => {
    await Promise.all(
      names.map(async (name) => {
        const app = appDocument.parse(await crane.json(['import', bundleOf(name)]));
        assert.notEqual(app.uniqueName, appOf(name).uniqueName);
        await answers(name, app.url);
        const again = join(folder, `${name}-again`);
        await command('export', app.uniqueName, '-o', again);
        for (const file of ['compose.yaml', '.env.example', 'README.md'])
          assert.equal(
            readFileSync(join(again, file), 'utf8'),
            readFileSync(join(bundleOf(name), file), 'utf8'),
          );
        assert.deepEqual(await settingsOf(app), await settingsOf(appOf(name)));
      }),
    );
  });

  /** The model that was deployed, without the app's own name and the folder it was read from. */
  async function settingsOf({ uniqueName }: App): Promise<unknown> {
    const model = z
      .looseObject({ services: z.unknown() })
      .parse(await crane.json(['config', '--app', uniqueName]));
    const text = JSON.stringify(model).replaceAll(uniqueName, 'APP');
    return JSON.parse(text.replaceAll(/"(?:source|file)":"\/[^"]*"/g, '"from":"a file of this machine"'));
  }
});

/** The image of the router that this machine has. */
async function routerImage({ engine }: TestInstallation): Promise<string> {
  const containers = await engine.containers.list({ all: true });
  return (
    containers.find(({ image }) => image.startsWith('crane/traefik:'))?.image ?? assert.fail('no router runs')
  );
}
