import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { sendSteadily } from '../factories/steady-requests.ts';
import { waitFor } from '../factories/wait-for.ts';

const appSchema = z.object({ uniqueName: z.string(), engineName: z.string(), url: z.string() });

/** An app that keeps data, with a host of its own beside those of its name. */
const shopFile = `name: shop
services:
  web:
    image: crane/whoami:1
    volumes: [data:/data]
    deploy: { replicas: 2 }
    x-crane: { route: [{ port: 8080 }, { port: 8080, host: kept.localhost }] }
volumes: { data: {} }
`;

describe('what an app is called, and what it leaves behind', () => {
  let crane: TestInstallation;
  let folder: string;

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await crane.crane(args);
    assert.equal(code, 0, `crane ${args.join(' ')}: ${err}`);
    return out;
  };
  const idsOf = async (app: string): Promise<string[]> =>
    (await crane.instances(app)).map(({ id }) => id).toSorted();
  const own = async (what: string): Promise<string[]> =>
    (await crane.inventory()).filter((name) => name.includes(`${crane.prefix}-${what}`));

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-identity-'));
    await run('up', '--detach');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  it('is renamed under load: no request is lost, no instance replaced, and its data stays', async () => {
    const made = appSchema.parse(await crane.json(['deploy', '-f', file('shop.yaml', shopFile)]));
    assert.equal(made.uniqueName, 'shop-1');
    await run('cp', file('note.txt', 'kept'), 'shop-1/web:/data/note.txt');
    const [instances, before] = [await idsOf('shop-1'), await own('shop-1')];
    const kept = sendSteadily(`http://kept.localhost:${crane.routerPort}`, 200);
    const renamed = appSchema.parse(await crane.json(['rename', 'shop-1', 'store']));
    const moved = sendSteadily(renamed.url, 200);
    assert.deepEqual(
      [renamed.uniqueName, renamed.engineName, renamed.url],
      ['store-1', 'shop-1', `http://store-1.localhost:${crane.routerPort}`],
    );
    assert.equal((await askApp(renamed.url)).status, 200);
    assert.equal((await askApp(made.url)).status, 404);
    assert.deepEqual(await idsOf('shop-1'), instances);
    await run('restart', 'store-1');
    assert.notDeepEqual(await idsOf('shop-1'), instances);
    for (const load of [kept, moved]) {
      const { sent, lost } = await load.stop();
      assert.ok(sent > 100);
      assert.deepEqual(lost, []);
    }
    assert.deepEqual(
      (await own('shop-1')).filter((name) => name.includes('_')),
      before.filter((name) => name.includes('_')),
    );
    await run('cp', 'store-1/web:/data/note.txt', join(folder, 'back.txt'));
    assert.equal(readFileSync(join(folder, 'back.txt'), 'utf8'), 'kept');
  });

  it('leaves its name to a clone, and the two are deleted apart', async () => {
    const clone = appSchema.parse(await crane.json(['clone', 'store-1', '--name', 'shop']));
    assert.deepEqual([clone.uniqueName, clone.engineName], ['shop-2', 'shop-2']);
    assert.equal((await askApp(clone.url)).status, 200);
    const { code, err } = await crane.crane(['rename', 'store-1', 'shop']);
    assert.equal(code, 1);
    assert.match(err, /The name shop is taken: shop-2 has it/);
    await run('rm', 'store-1', '--yes');
    assert.deepEqual(await own('shop-1'), [`volume ${crane.prefix}-shop-1_data`]);
    assert.equal((await askApp(clone.url)).status, 200);
    await run('rm', 'shop-2', '--volume', 'data', '--yes');
    assert.deepEqual(await own('shop-2'), []);
  });

  it('gives a network back once no release needs it, and takes it anew for a rollback', async () => {
    const base = `name: net
services:
  web:
    image: crane/whoami:1
    x-crane: { route: 8080 }
`;
    const more = `${base}    networks: [default, back]
networks: { back: {} }
`;
    const back = `network ${crane.prefix}-net-3_back`;
    const made = appSchema.parse(await crane.json(['deploy', '-f', file('net.yaml', more)]));
    assert.ok((await own('net-3')).includes(back));
    const load = sendSteadily(made.url, 100);
    await run('deploy', '--app', 'net-3', '-f', file('net.yaml', base));
    await waitFor('the network is gone', async () => ((await own('net-3')).includes(back) ? null : true));
    await run('rollback', 'net-3');
    assert.ok((await own('net-3')).includes(back));
    assert.deepEqual((await load.stop()).lost, []);
    await run('rm', 'net-3', '--yes');
    assert.deepEqual(await own('net-3'), []);
  });
});
