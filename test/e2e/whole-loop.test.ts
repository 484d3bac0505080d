import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { createInstallation, inventory, type TestInstallation } from '../factories/installation.ts';

const demo = z.object({
  ok: z.literal(true),
  app: z.string(),
  url: z.string(),
  parts: z.record(z.string(), z.string()),
  timings: z.object({
    platformStartMs: z.number(),
    deployToFirst200Ms: z.number(),
    loadToNewReplicaMs: z.number(),
    scaleInMs: z.number(),
    killToHealedMs: z.number(),
  }),
  load: z.object({ requests: z.number(), lost: z.number() }),
  replicas: z.object({ min: z.number(), max: z.number(), peak: z.number(), final: z.number() }),
  scan: z.object({ state: z.string(), packages: z.number() }),
  decisions: z.number(),
  missing: z.array(z.string()),
});
const instances = z.array(z.object({ instance: z.string(), health: z.string() }));
const decisions = z.array(
  z.object({
    id: z.string(),
    verdict: z.string(),
    from: z.number(),
    to: z.number(),
    effect: z.object({ status: z.string() }).loose(),
  }),
);
const targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ labels: z.record(z.string(), z.string()), health: z.string() })),
  }),
});

describe('the whole loop on the real parts', () => {
  let crane: TestInstallation;
  let before_: string[];
  let app = '';

  before(async () => {
    crane = await createInstallation(1);
    before_ = await inventory(crane.engine);
  });
  after(async () => {
    await crane.purge();
  });

  it('shows itself in the demo: scaled out, scaled in, healed, nothing lost', async (test) => {
    const document = demo.parse(await crane.json(['demo']));
    app = document.app;
    test.diagnostic(JSON.stringify({ ...document.timings, ...document.load }));
    assert.deepEqual(document.missing, []);
    assert.equal(document.load.lost, 0);
    assert.equal(document.load.requests, 4_000);
    assert.ok(document.replicas.peak > 1 && document.replicas.peak <= document.replicas.max);
    assert.equal(document.replicas.final, document.replicas.min);
    assert.deepEqual(Object.keys(document.parts).sort(), [
      'alertmanager',
      'docker',
      'opa',
      'prometheus',
      'traefik',
      'trivy',
    ]);
    assert.ok(document.scan.packages > 0, 'the Go program and its library are recognised');
  });

  it('has one decision for each change, with its effect', async () => {
    const rows = decisions.parse(await crane.json(['decisions', app]));
    const changes = rows.filter((row) => row.from !== row.to);
    // Newest first: each change begins where the one before it ended, so none was made without a decision.
    for (const [index, row] of changes.entries()) assert.equal(row.from, changes[index + 1]?.to ?? 1);
    assert.ok(changes.some((row) => row.verdict === 'scale-out'));
    assert.ok(changes.some((row) => row.verdict === 'scale-in'));
    assert.ok(
      changes.every((row) => row.effect.status === 'done'),
      JSON.stringify(changes),
    );
    const explained = await crane.crane(['explain', changes[0]?.id ?? '']);
    for (const part of ['Signal', 'Alert', 'Policy', 'Bound', 'Effect'])
      assert.match(explained.out, new RegExp(part));
  });

  it('measures the router, itself and the app’s own metrics', async () => {
    const { parts } = z
      .object({ parts: z.array(z.object({ name: z.string(), url: z.string().nullable() })) })
      .parse(await crane.json(['status']));
    const url = parts.find((part) => part.name === 'prometheus')?.url ?? '';
    const answer = targets.parse(await (await fetch(`${url}/api/v1/targets`)).json());
    const jobs = new Set(answer.data.activeTargets.map((target) => target.labels['job']));
    for (const job of ['crane', 'crane-router'])
      assert.ok(jobs.has(job), `${job} among ${[...jobs].join(', ')}`);
  });

  it('adopts what runs after a kill -9 in the middle of a load', async () => {
    const load = crane.crane(['load', app, '--rate', '100', '--duration', '6s', '--no-wait', '--json']);
    await load;
    process.kill(crane.controlPid(), 'SIGKILL');
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    const rows = instances.parse(await crane.json(['ps', app]));
    assert.ok(rows.length >= 1 && rows.length <= 3, JSON.stringify(rows));
    assert.equal(new Set(rows.map((row) => row.instance)).size, rows.length);
    const again = await crane.crane(['up', '--detach']);
    assert.equal(again.code, 0);
    assert.match(again.err + again.out, /running already/);
  });

  it('keeps a stopped app stopped, over a restart of Crane too, and starts it on request', async () => {
    assert.equal((await crane.crane(['stop', app])).code, 0);
    process.kill(crane.controlPid(), 'SIGKILL');
    assert.equal((await crane.crane(['up', '--detach'])).code, 0);
    assert.deepEqual(await crane.json(['ps', app]), []);
    assert.equal((await crane.crane(['start', app])).code, 0);
    assert.equal(instances.parse(await crane.json(['ps', app])).length, 1);
  });

  it('rolls a new release, rolls back and restarts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crane-app-'));
    const file = join(folder, 'compose.yaml');
    const write = (name: string): void =>
      writeFileSync(
        file,
        `name: roll\nservices:\n  web:\n    image: crane/whoami:1\n    environment: { NAME: ${name} }\n    x-crane: { route: 8080 }\n`,
      );
    write('one');
    assert.equal((await crane.crane(['deploy', '-f', file])).code, 0);
    write('two');
    const dry = await crane.crane(['deploy', '-f', file, '--dry-run']);
    assert.match(dry.out, /environment\.NAME: one → two/);
    assert.equal((await crane.crane(['deploy', '-f', file])).code, 0);
    assert.equal((await crane.crane(['rollback', 'roll'])).code, 0);
    assert.equal((await crane.crane(['restart', 'roll'])).code, 0);
    const history = z
      .array(z.object({ number: z.number(), isCurrent: z.boolean() }))
      .parse(await crane.json(['history', 'roll']));
    assert.deepEqual(
      history.map((release) => release.number),
      [4, 3, 2, 1],
    );
    assert.equal((await crane.crane(['rm', 'roll', '--yes'])).code, 0);
    const left = (await inventory(crane.engine)).filter((name) => name.includes('-roll-'));
    assert.deepEqual(left, []);
  });

  it('tells every mistake with its place, its fix and its exit code, and leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crane-bad-'));
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const bad = file(
      'bad.yaml',
      'services:\n  web:\n    image: crane/whoami:1\n    prots: ["8080"]\n    colour: red\n',
    );
    const invalid = await crane.crane(['deploy', '-f', bad]);
    assert.equal(invalid.code, 2);
    assert.match(invalid.err, /bad\.yaml:4:\d+/);
    assert.match(invalid.err, /bad\.yaml:5:\d+/);

    const unknown = file(
      'unknown.yaml',
      'name: ghost\nservices:\n  web:\n    image: 127.0.0.1:1/no/such:1\n',
    );
    const missing = await crane.crane(['deploy', '-f', unknown]);
    assert.equal(missing.code, 1, missing.err);
    const names = z.array(z.object({ name: z.string() })).parse(await crane.json(['ls']));
    assert.ok(!names.some((item) => item.name === 'ghost'));

    const crash = file(
      'crash.yaml',
      'name: crash\nservices:\n  web:\n    image: crane/whoami:1\n    command: ["--no-such-flag"]\n    environment: { PORT: "none" }\n    x-crane: { route: 8080 }\n',
    );
    const crashed = await crane.crane(['deploy', '-f', crash]);
    assert.equal(crashed.code, 1, crashed.err);
    assert.match(crashed.err, /exited with code/);

    const wrong = await crane.crane(['ls'], { CRANE_TOKEN: 'crane_wrong' });
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /token/i);
    const engine = await crane.crane(['doctor'], { DOCKER_HOST: `unix://${folder}/none.sock` });
    assert.equal(engine.code, 6);
    const up = await crane.crane(['up', '--detach'], { DOCKER_HOST: `unix://${folder}/none.sock` });
    assert.equal(up.code, 6, up.err);
    assert.match(up.err, /fix:/);
  });

  it('says which port is taken and by whom', async () => {
    const other = await createInstallation(2);
    try {
      const up = await other.crane(['up', '--detach'], { CRANE_ROUTER_PORT: String(crane.routerPort) });
      assert.equal(up.code, 1, up.err);
      assert.match(up.err, new RegExp(`Port ${crane.routerPort}`));
      assert.match(up.err, /CRANE_ROUTER_PORT/);
    } finally {
      await other.purge();
    }
  });

  it('leaves nothing behind', async () => {
    const down = await crane.crane(['down', '--purge', '--keep-images']);
    assert.equal(down.code, 0, down.err);
    assert.deepEqual(await inventory(crane.engine), before_);
    assert.equal(existsSync(crane.data), false);
  });
});
