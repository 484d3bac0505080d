import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { sendSteadily } from '../factories/steady-requests.ts';
import { waitFor } from '../factories/wait-for.ts';

const appDocument = z.object({
  id: z.number(),
  name: z.string(),
  uniqueName: z.string(),
  owner: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  url: z.string(),
  release: z.number(),
  services: z.array(
    z.object({ name: z.string(), image: z.string(), replicas: z.number(), ready: z.number() }),
  ),
});
const instanceList = z.array(
  z.object({
    instance: z.string(),
    service: z.string(),
    slot: z.number(),
    state: z.string(),
    health: z.string(),
    release: z.number(),
    startedAt: z.number().nullable(),
    restarts: z.number(),
  }),
);
const logList = z.array(z.object({ instance: z.string(), stream: z.string(), text: z.string() }));

const shopFile = (name: string): string => `name: shop
services:
  web:
    image: crane/whoami:1
    environment: { NAME: ${name} }
    x-crane: { route: 8080 }
`;
const growFile = `name: grow
services:
  web:
    image: crane/whoami:1
    x-crane:
      route: 8080
      scale: { min: 1, max: 3, target: { requestsPerSecond: 40 }, stabilization: 5s }
`;

describe('the life of apps', () => {
  let crane: TestInstallation;
  let earlier: string[];
  let folder: string;
  let shop = '';
  let url = '';

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const instancesOf = async (app: string): Promise<z.infer<typeof instanceList>> =>
    instanceList.parse(await crane.json(['ps', app]));
  const run = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await crane.crane(args);
    assert.equal(code, 0, `crane ${args.join(' ')}: ${err}`);
    return out;
  };
  const killControlPlane = (): void => void process.kill(crane.controlPid(), 'SIGKILL');

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-apps-'));
    earlier = await crane.inventory();
    await run('up', '--detach');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  it('deploys a compose file and gives the app that scripts rely on', async () => {
    const app = appDocument.parse(await crane.json(['deploy', '-f', file('shop.yaml', shopFile('one'))]));
    assert.equal(app.state, 'running');
    assert.equal(app.uniqueName, `${app.name}-${app.id}`);
    assert.deepEqual(app.services, [{ name: 'web', image: 'crane/whoami:1', replicas: 1, ready: 1 }]);
    ({ uniqueName: shop, url } = app);
    const answer = await askApp(url);
    assert.equal(answer.status, 200);
    assert.match(answer.body, /one/);
    const apps = z.array(appDocument).parse(await crane.json(['ls']));
    assert.deepEqual(apps, [app]);
  });

  it('scales by hand to the number that is asked for, each instance in a slot of its own', async () => {
    await run('scale', shop, 'web=3');
    const rows = await instancesOf(shop);
    assert.deepEqual(
      rows.map(({ slot, state, health }) => [slot, state, health]),
      [1, 2, 3].map((slot) => [slot, 'running', 'ready']),
    );
    assert.equal((await crane.instances(shop)).length, 3);
    const seen = new Set<string | null>();
    await waitFor('all three answer', async () => {
      seen.add((await askApp(url)).instance);
      return seen.size === 3 ? true : null;
    });
    await run('scale', shop, 'web=2');
    assert.equal((await crane.instances(shop)).length, 2);
  });

  it('shows what the instances write, and goes on with it until it is interrupted', async () => {
    const lines = logList.parse(await crane.json(['logs', shop, '--tail', '1']));
    assert.deepEqual(lines.map(({ instance }) => instance).sort(), ['web-1-1', 'web-1-2']);
    const following = crane.start(['logs', shop, '--follow']);
    await waitFor('what was written earlier', () => (following.run.out.includes('web-1-1') ? true : null));
    await run('restart', shop);
    await waitFor('lines of the new instances', () =>
      following.run.out.split('\n').filter((line) => line.includes('listens')).length > 2 ? true : null,
    );
    following.child.kill('SIGINT');
    const { code, err } = await following.ended;
    assert.deepEqual([code, err], [0, '']);
  });

  it('restarts without losing a request', async () => {
    const old = new Set((await crane.instances(shop)).map(({ id }) => id));
    const load = sendSteadily(url, 50);
    await run('restart', shop);
    const { sent, lost } = await load.stop();
    assert.deepEqual(lost, [], `of ${sent}`);
    const now = await crane.instances(shop);
    assert.equal(now.length, 2);
    assert.ok(now.every(({ id }) => !old.has(id)));
  });

  it('rolls a new release and an old one back without losing a request', async () => {
    const next = file('shop.yaml', shopFile('two'));
    assert.match(await run('deploy', '-f', next, '--dry-run'), /environment\.NAME: one → two/);
    const load = sendSteadily(url, 50);
    await run('deploy', '-f', next);
    assert.match((await askApp(url)).body, /two/);
    await run('rollback', shop);
    assert.match((await askApp(url)).body, /one/);
    const { sent, lost } = await load.stop();
    assert.deepEqual(lost, [], `of ${sent}`);
    const history = z
      .array(z.object({ number: z.number(), isCurrent: z.boolean() }))
      .parse(await crane.json(['history', shop]));
    assert.deepEqual(
      history.map(({ number, isCurrent }) => [number, isCurrent]),
      [5, 4, 3, 2, 1].map((number) => [number, number === 5]),
      'deployed, restarted twice, deployed, rolled back',
    );
  });

  it('does nothing when it is brought up while it runs', async () => {
    const facts = async (): Promise<unknown> => {
      const all = await crane.engine.containers.list({ all: true, filters: { label: [crane.label()] } });
      const details = await Promise.all(all.map(({ id }) => crane.engine.containers.inspect(id)));
      return details.map(({ id, startedAt }) => ({ id, startedAt })).sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    const pid = crane.controlPid();
    const before_ = await facts();
    const load = sendSteadily(url, 50);
    const { code, out, err } = await crane.crane(['up', '--detach']);
    assert.equal(code, 0);
    assert.match(out + err, /running already/);
    assert.deepEqual((await load.stop()).lost, []);
    assert.deepEqual(await facts(), before_);
    assert.equal(crane.controlPid(), pid);
  });

  it('keeps a stopped app stopped, also when Crane is killed and comes back', async () => {
    await run('scale', shop, 'web=2');
    await run('stop', shop);
    assert.equal((await crane.instances(shop)).length, 0);
    assert.equal((await askApp(url)).status, 503);
    await run('stop', shop);
    killControlPlane();
    await run('up', '--detach');
    assert.deepEqual(await instancesOf(shop), []);
    assert.equal((await crane.instances(shop)).length, 0);
    const [app] = z.array(z.object({ state: z.string() })).parse(await crane.json(['ls']));
    assert.equal(app?.state, 'stopped');
    await run('start', shop);
    assert.equal((await instancesOf(shop)).length, 2, 'as many as before it was stopped');
    assert.equal((await askApp(url)).status, 200);
  });

  it('survives kill -9 in the middle of a scale-out: the right number, no second copy, nothing lost', async (test) => {
    const { uniqueName: grow, url: growUrl } = appDocument.parse(
      await crane.json(['deploy', '-f', file('grow.yaml', growFile)]),
    );
    const load = sendSteadily(growUrl, 150);
    await waitFor('the app begins to grow', async () =>
      (await crane.instances(grow)).length > 1 ? true : null,
    );
    killControlPlane();
    await run('up', '--detach');
    const rows = await waitFor('all three are ready', async () => {
      const all = await instancesOf(grow);
      return all.length === 3 && all.every(({ health }) => health === 'ready') ? all : null;
    });
    assert.deepEqual(new Set(rows.map(({ slot }) => slot)), new Set([1, 2, 3]));
    assert.equal((await crane.instances(grow)).length, 3);

    const adopted = (await crane.instances(grow)).map(({ id }) => id).sort();
    killControlPlane();
    await run('up', '--detach');
    assert.equal((await instancesOf(grow)).length, 3);
    assert.deepEqual((await crane.instances(grow)).map(({ id }) => id).sort(), adopted, 'the same three');

    const { sent, lost } = await load.stop();
    test.diagnostic(`${sent} requests, ${lost.length} lost, over two kills`);
    assert.deepEqual(lost, [], `of ${sent}`);
    await waitFor('back to one', async () => ((await crane.instances(grow)).length === 1 ? true : null));
    assert.equal((await instancesOf(grow)).length, 1);
  });

  it('ends its own load with the control plane, and says so', async (test) => {
    const load = crane.start(['load', shop, '--rate', '50', '--duration', '30s', '--json']);
    await waitFor('the load goes on', () => (/50\/s/.test(load.run.err) ? true : null));
    killControlPlane();
    await run('up', '--detach');
    const { code, err } = await load.ended;
    test.diagnostic(`${code} ${err}`);
    assert.equal(code, 1, err);
    assert.match(err, /"code":"[a-z._]+"/);
    assert.equal((await instancesOf(shop)).length, 2);
  });

  it('brings everything back after down: running apps run, stopped ones stay stopped', async () => {
    await run('stop', 'grow');
    await run('down');
    const containers = await crane.engine.containers.list({ all: true, filters: { label: [crane.label()] } });
    assert.deepEqual(containers, []);
    assert.deepEqual(await crane.engine.networks.list({ filters: { label: [crane.label()] } }), []);
    await assert.rejects(askApp(url));
    const { code, err } = await crane.crane(['ls']);
    assert.equal(code, 6);
    assert.match(err, /crane up/);

    await run('up', '--detach');
    const apps = z
      .array(z.object({ name: z.string(), state: z.string() }))
      .parse(await crane.json(['ls']))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const answer = await waitFor('the app answers again', async () => {
      const got = await askApp(url).catch(() => null);
      return got?.status === 200 ? got : null;
    });
    assert.match(answer.body, /one/);
    assert.equal(apps[0]?.state, 'stopped');
    assert.equal((await instancesOf(shop)).length, 2);
    assert.equal((await crane.instances()).length, 2);
  });

  it('removes an app with all that belongs to it', async () => {
    await run('rm', shop, '--yes');
    assert.equal((await crane.instances(shop)).length, 0);
    assert.deepEqual(
      (await crane.inventory()).filter((name) => name.includes(shop)),
      [],
    );
    assert.equal((await askApp(url)).status, 404);
    const gone = await crane.crane(['ps', shop]);
    assert.equal(gone.code, 1);
    assert.match(gone.err, /crane ls/);
  });

  it('leaves nothing behind when it is purged', async () => {
    const { code, err } = await crane.crane(['down', '--purge', '--keep-images']);
    assert.equal(code, 0, err);
    assert.deepEqual(await crane.inventory(), earlier);
    assert.equal(existsSync(crane.data), false);
  });
});
