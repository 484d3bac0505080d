import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { createInstallation, type Running, type TestInstallation } from '../factories/installation.ts';
import { buildProbeImage, probeImage } from '../factories/probe-image.ts';
import { sendSteadily } from '../factories/steady-requests.ts';
import { waitFor } from '../factories/wait-for.ts';

const imageList = z.array(
  z.object({
    image: z.string(),
    imageId: z.string(),
    sizeBytes: z.number().nullable(),
    usedBy: z.array(z.object({ app: z.string(), releases: z.array(z.number()), isCurrent: z.boolean() })),
  }),
);

describe('apps that are built', () => {
  let crane: TestInstallation;
  let folder: string;
  let url = '';
  let slow: Running | null = null;

  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  const compose = (build: object = { context: 'web' }): void =>
    write(
      'compose.yaml',
      JSON.stringify({ name: 'shop', services: { web: { build, 'x-crane': { route: 8080 } } } }),
    );
  const dockerfile = (...lines: string[]): void =>
    write('web/Dockerfile', `${['FROM crane/whoami:1', 'COPY . /files', ...lines].join('\n')}\n`);
  const run = async (...args: string[]): Promise<{ code: number | null; out: string; err: string }> =>
    crane.crane(args, { cwd: folder });
  const works = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(...args);
    assert.equal(code, 0, `crane ${args.join(' ')}: ${err}`);
    return out;
  };
  const images = async (): Promise<z.infer<typeof imageList>> =>
    imageList.parse(await crane.json(['images'], { cwd: folder }));
  const namesOnEngine = async (): Promise<string[]> =>
    (await crane.engine.images.list())
      .flatMap(({ tags }) => tags)
      .filter((tag) => tag.startsWith(`crane.internal/${crane.prefix}/`))
      .sort();
  const nameOf = (tag: number | string): string => `crane.internal/${crane.prefix}/shop-1/web:${tag}`;
  /** A deployment whose build goes on and on. */
  const slowDeploy = async (): Promise<Running> => {
    write('web/Dockerfile', `FROM ${probeImage}\nRUN ["/probe", "say-and-sleep", "${crane.prefix}"]\n`);
    const running = crane.start(['deploy'], { cwd: folder });
    slow = running;
    await waitFor('the step says something', () => (running.run.err.includes('web | here') ? true : null));
    return running;
  };
  const openOperation = async (): Promise<string> => {
    const { err } = await run('deploy');
    return /crane cancel (op-\w+)/.exec(err)?.[1] ?? assert.fail(err);
  };
  /** By their processes: BuildKit runs steps outside the engine's containers. */
  const stepsUnderWay = (): number =>
    readdirSync('/proc').filter((id) => /^\d+$/.test(id) && isStep(`/proc/${id}/cmdline`)).length;
  const isStep = (path: string): boolean => {
    try {
      return readFileSync(path, 'utf8') === `/probe\0say-and-sleep\0${crane.prefix}\0`;
    } catch {
      // It has ended since.
      return false;
    }
  };

  before(async () => {
    crane = await createInstallation();
    await buildProbeImage(crane.engine);
    folder = mkdtempSync(join(tmpdir(), 'crane-build-'));
    mkdirSync(join(folder, 'web'));
    writeFileSync(join(folder, 'secret'), 'not for the image');
    symlinkSync('../secret', join(folder, 'web/link'));
    write('web/.dockerignore', 'left-out\n');
    write('web/left-out', 'x'.repeat(100));
    write('web/page', 'one');
    compose();
    dockerfile();
    await works('up', '--detach');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await crane.engine.images.remove(probeImage, { force: true }).catch(() => undefined);
    await crane.purge();
  });

  it('are built from their folder, deployed, and say which image they run', async () => {
    const app = z
      .object({ url: z.string(), services: z.array(z.object({ image: z.string() })) })
      .parse(await crane.json(['deploy'], { cwd: folder }));
    ({ url } = app);
    assert.equal((await askApp(url)).status, 200);
    assert.deepEqual(app.services, [{ image: nameOf(1) }]);
    const [image] = await images();
    assert.ok(image !== undefined && image.sizeBytes !== null && image.sizeBytes > 0);
    assert.deepEqual(image.usedBy, [{ app: 'shop-1', releases: [1], isCurrent: true }]);
  });

  it('change nothing when the folder has not changed', async () => {
    const old = (await crane.instances('shop-1')).map(({ id }) => id);
    await works('deploy');
    assert.deepEqual(
      (await crane.instances('shop-1')).map(({ id }) => id),
      old,
    );
    assert.equal((await images()).length, 1);
  });

  it('roll to the image of a changed file, and back to the image of then, without losing a request', async () => {
    const [before] = await images();
    write('web/page', 'two');
    const load = sendSteadily(url, 50);
    assert.match((await run('deploy', '--dry-run')).out, /to be built.*web/);
    await works('deploy');
    const changed = (await images()).find(({ usedBy }) => usedBy[0]?.isCurrent === true);
    assert.notEqual(changed?.imageId, before?.imageId);
    await works('rollback', 'shop-1');
    const { sent, lost } = await load.stop();
    assert.deepEqual(lost, [], `of ${sent}`);
    const back = (await images()).find(({ usedBy }) => usedBy[0]?.isCurrent === true);
    assert.equal(back?.imageId, before?.imageId);
  });

  it('name the step that fails, and the old release goes on serving', async () => {
    dockerfile('COPY absent /x');
    const failed = await run('deploy', '--json');
    assert.equal(failed.code, 1);
    const problem = z
      .object({ code: z.string(), detail: z.string() })
      .parse(JSON.parse(failed.err.trim().split('\n').at(-1) ?? ''));
    assert.equal(problem.code, 'image.build_failed');
    assert.match(problem.detail, /web failed at step 3\/3 "COPY absent \/x"/);
    assert.equal((await askApp(url)).status, 200);
    assert.ok(!(await namesOnEngine()).includes(nameOf(5)));
  });

  it('say before anything is sent what cannot be built', async () => {
    const cases: [object, RegExp][] = [
      [{ context: 'absent' }, /there is no folder .*absent/],
      [{ context: 'web', dockerfile: 'Other' }, /there is no file .*Other/],
      [{ context: 'web', ssh: ['default'] }, /compose\.yaml:1:\d+ services\.web\.build\.ssh: .*SSH agent/],
      [{ context: 'web', network: 'host' }, /no access to the network host/],
    ];
    for (const [build, message] of cases) {
      compose(build);
      const { code, err } = await run('deploy');
      assert.equal(code, 2, err);
      assert.match(err, message);
    }
    compose();
  });

  it('end their build when they are cancelled', async () => {
    const deploying = await slowDeploy();
    const id = await openOperation();
    assert.match(await works('cancel', id), /The deploy was cancelled/);
    const { code, err } = await deploying.ended;
    assert.equal(code, 1);
    assert.match(err, /cancelled/);
    await waitFor('the builder has stopped', () => (stepsUnderWay() === 0 ? true : null));
    assert.equal((await askApp(url)).status, 200);
  });

  it('go on building after the control plane was killed', async () => {
    await slowDeploy();
    const id = await openOperation();
    process.kill(crane.controlPid(), 'SIGKILL');
    await works('up', '--detach');
    await waitFor('it builds again', () => (stepsUnderWay() === 1 ? true : null));
    assert.equal(await openOperation(), id);
  });

  it('leave no image behind when they are removed', async () => {
    await works('rm', 'shop-1', '--yes');
    assert.equal((await slow?.ended)?.code, 1);
    await waitFor('its names are gone', async () => ((await namesOnEngine()).length === 0 ? true : null));
    await waitFor('the builder has stopped', () => (stepsUnderWay() === 0 ? true : null));
  });

  it('are built without being deployed, and deployed from there', async () => {
    dockerfile();
    assert.match(
      await works('build', 'web'),
      new RegExp(`web +${nameOf('latest').replaceAll('.', '\\.').replace('shop-1', 'shop-\\d')}`),
    );
    assert.match(await works('ls'), /shop-\d +stopped/);
    assert.match(await works('deploy'), /running/);
  });
});
