import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { sendSteadily } from '../factories/steady-requests.ts';
import { waitFor } from '../factories/wait-for.ts';

const appDocument = z.object({ uniqueName: z.string(), url: z.string(), release: z.number() });
const instanceList = z.array(z.object({ release: z.number(), health: z.string() }));

const shopFile = (version: number): string => `name: shop
services:
  web:
    image: crane/whoami:1
    environment: { NAME: "v${version}" }
    deploy: { replicas: 4, update_config: { parallelism: 1 } }
    x-crane: { route: 8080 }
`;

describe('a deployment on the real engine', () => {
  let crane: TestInstallation;
  let folder: string;
  let app: z.infer<typeof appDocument>;

  const file = (version: number): string => {
    writeFileSync(join(folder, 'shop.yaml'), shopFile(version));
    return join(folder, 'shop.yaml');
  };
  const run = async (...args: string[]): Promise<void> => {
    const { code, err } = await crane.crane(args);
    assert.equal(code, 0, `crane ${args.join(' ')}: ${err}`);
  };
  /** Releases of the instances that serve, sorted. */
  const serving = async (): Promise<number[]> =>
    instanceList
      .parse(await crane.json(['ps', app.uniqueName]))
      .flatMap(({ release, health }) => (health === 'ready' ? [release] : []))
      .sort((a, b) => a - b);

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-rollout-'));
    await run('up', '--detach');
    app = appDocument.parse(await crane.json(['deploy', '-f', file(1)]));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  it('stands still while it is paused, old and new serve without a loss, and goes on when it is resumed', async (test) => {
    const requests = sendSteadily(app.url, 100);
    const deploying = crane.start(['deploy', '-f', file(2)]);
    await waitFor('a new one serves', async () => ((await serving()).includes(2) ? true : null));
    await run('pause', app.uniqueName);
    // What was under way when it was paused comes to its end.
    const held = await waitFor('nothing is under way', async () => {
      const [one, two] = [await serving(), await serving()];
      return one.join() === two.join() ? one : null;
    });
    assert.deepEqual([...new Set(held)], [1, 2], 'old and new ones serve');
    const meanwhile = sendSteadily(app.url, 100);
    await waitFor('all of them answer', () => (meanwhile.instances.size === held.length ? true : null));
    const { lost } = await meanwhile.stop();
    assert.deepEqual([await serving(), lost], [held, []]);
    await run('resume', app.uniqueName);
    assert.equal((await deploying.ended).code, 0);
    assert.deepEqual(await serving(), [2, 2, 2, 2]);
    const all = await requests.stop();
    test.diagnostic(`${held.join()} while it was paused, ${all.sent} requests`);
    assert.deepEqual(all.lost, []);
  });

  it('has files copied into an instance and out again by crane cp', async () => {
    const text = `${crane.prefix}\n`;
    writeFileSync(join(folder, 'in.txt'), text);
    await run('cp', join(folder, 'in.txt'), `${app.uniqueName}/web:/kept.txt`, '--instance', '2');
    await run('cp', `${app.uniqueName}/web:/kept.txt`, join(folder, 'out.txt'), '--instance', '2');
    assert.equal(readFileSync(join(folder, 'out.txt'), 'utf8'), text);
    const { code, err } = await crane.crane([
      'cp',
      `${app.uniqueName}/web:/kept.txt`,
      folder,
      '--instance',
      '1',
    ]);
    assert.notEqual(code, 0, 'the others do not have it');
    assert.match(err, /kept\.txt/);
  });
});
