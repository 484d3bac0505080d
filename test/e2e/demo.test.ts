import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { createInstallation, type Run, type TestInstallation } from '../factories/installation.ts';
import { watchDemo, type DemoSight } from '../factories/watch-demo.ts';

const milliseconds = z.number().positive();
const demoDocument = z.strictObject({
  ok: z.boolean(),
  app: z.string(),
  url: z.string(),
  parts: z.record(z.string(), z.string()),
  timings: z.strictObject({
    platformStartMs: milliseconds,
    deployToFirst200Ms: milliseconds,
    loadToNewReplicaMs: milliseconds,
    scaleInMs: milliseconds,
    killToHealedMs: milliseconds,
  }),
  load: z.strictObject({
    requests: z.number(),
    lost: z.number(),
    p50Ms: milliseconds,
    p99Ms: milliseconds,
  }),
  replicas: z.strictObject({ min: z.number(), max: z.number(), peak: z.number(), final: z.number() }),
  scan: z.strictObject({ state: z.string(), packages: z.number() }),
  decisions: z.number(),
  missing: z.array(z.string()),
  timeline: z.array(z.strictObject({ atMs: z.number(), kind: z.string(), text: z.string() })),
});
const decisionList = z.array(
  z.object({
    id: z.string(),
    at: z.number(),
    service: z.string(),
    family: z.string(),
    trigger: z.string(),
    verdict: z.string(),
    from: z.number(),
    to: z.number(),
    reason: z.string(),
    bounds: z.object({ min: z.number(), max: z.number() }),
    effect: z.object({
      status: z.string(),
      instances: z.array(z.object({ instance: z.string(), change: z.string() })),
    }),
  }),
);
type Decision = z.infer<typeof decisionList>[number];

/** What is asked of the figures is told in the test's output; a busy machine may take this many times longer. */
const slack = 4;
const wanted = [
  ['platformStartMs', 15_000],
  ['loadToNewReplicaMs', 5_000],
  ['killToHealedMs', 5_000],
] as const;
const rate = 200;
const seconds = 15;

describe('crane demo', () => {
  let crane: TestInstallation;
  let earlier: string[];
  let run: Run;
  let sight: DemoSight;
  let document: z.infer<typeof demoDocument>;
  let decisions: Decision[];

  before(async () => {
    crane = await createInstallation();
    earlier = await crane.inventory();
    const demo = crane.start(['demo', '--json', '--rate', String(rate), '--duration', `${seconds}s`]);
    sight = await watchDemo(crane, demo.ended);
    run = await demo.ended;
    assert.equal(run.code, 0, `${run.err}${run.out}`);
    document = demoDocument.parse(JSON.parse(run.out));
    decisions = decisionList.parse(await crane.json(['decisions', document.app]));
  });
  after(async () => crane.purge());

  it('sees every step, prints one document on stdout and its progress on stderr', (test) => {
    test.diagnostic(JSON.stringify({ ...document.timings, ...document.load, decisions: document.decisions }));
    assert.equal(document.ok, true);
    assert.deepEqual(document.missing, []);
    assert.equal(run.out.trim().split('\n').length, 1);
    for (const { kind, text } of document.timeline)
      assert.ok(run.err.includes(kind) && run.err.includes(text), `${kind} ${text} is told while it happens`);
  });

  it('is about as fast as it should be', () => {
    for (const [name, wantedMs] of wanted) {
      const took = document.timings[name];
      assert.ok(took <= wantedMs * slack, `${name}: ${took} ms, wanted ${wantedMs} ms`);
    }
  });

  it('names the parts with the versions that really run', async () => {
    const { docker, trivy, ...containers } = document.parts;
    assert.equal(docker, (await crane.engine.system.version()).version);
    assert.deepEqual(Object.keys(containers).sort(), ['alertmanager', 'opa', 'prometheus', 'traefik']);
    for (const [part, version] of Object.entries(containers))
      assert.equal(sight.images.get(part), `crane/${part}:${version}`);
    assert.equal(sight.prometheusVersion, containers['prometheus']);
    assert.equal(sight.alertmanagerVersion, containers['alertmanager']);
    assert.notEqual(await crane.engine.images.find(`crane/trivy:${trivy ?? ''}`), null);
  });

  it('showed the four parts and all instances as containers while it went on', () => {
    assert.deepEqual([...sight.images.keys()].sort(), ['alertmanager', 'opa', 'prometheus', 'traefik']);
    const { min, max, peak, final } = document.replicas;
    assert.deepEqual([min, max, final], [1, 3, 1]);
    assert.ok(peak > min && peak <= max, `peak ${peak}`);
    assert.equal(sight.mostInstances, peak, 'as many instances ran at once as the document says');
  });

  it('leaves the app running at its least, at the address it gives', async () => {
    const answer = await askApp(document.url);
    assert.equal(answer.status, 200);
    assert.equal((await crane.instances(document.app)).length, document.replicas.final);
    const rows = z.array(z.object({ instance: z.string() })).parse(await crane.json(['ps', document.app]));
    assert.equal(rows.length, document.replicas.final);
  });

  it('lost nothing, and the router counted what was sent', async () => {
    assert.equal(document.load.requests, rate * seconds);
    assert.equal(document.load.lost, 0);
    assert.ok(document.load.p50Ms <= document.load.p99Ms);
    const counted = await sight.requestsCounted(document.app);
    assert.ok(counted >= document.load.requests, `the router counted ${counted}`);
  });

  it('was measured by Prometheus: router, Crane, and the app by discovery', () => {
    assert.equal(sight.targets.get('crane-router'), 'up');
    assert.equal(sight.targets.get('crane'), 'up');
    assert.equal(sight.appTargets.get(`${document.app}/web`), 'up');
  });

  it('raised an alert that Alertmanager showed', () => {
    assert.ok(
      sight.alerts.some(({ app, service }) => app === document.app && service === 'web'),
      JSON.stringify(sight.alerts),
    );
  });

  it('has exactly one decision for each change of the number of instances', () => {
    assert.ok(document.decisions >= 3);
    assert.equal(document.decisions, decisions.length);
    const scalings = decisions.filter(({ family, from, to }) => family === 'scaling' && from !== to);
    // Newest first: each change begins where the one before it ended, so none was made without a decision.
    for (const [index, { from }] of scalings.entries()) assert.equal(from, scalings[index + 1]?.to ?? 1);
    assert.equal(scalings[0]?.to, document.replicas.final);
    for (const { effect, bounds, to } of scalings) {
      assert.equal(effect.status, 'done');
      assert.ok(to >= bounds.min && to <= bounds.max);
    }
    const changed = decisions.flatMap(({ effect }) => effect.instances);
    const count = (change: string): number => changed.filter((item) => item.change === change).length;
    // The first instance came by the deployment; whatever else the engine made or destroyed stands in one decision's effect.
    assert.equal(sight.created, 1 + count('created') + count('replaced'));
    assert.equal(sight.destroyed, count('removed') + count('replaced'));
    assert.equal(count('replaced'), 1, 'the crashed one');
    assert.equal(new Set(decisions.map(({ id }) => id)).size, decisions.length);
  });

  it('explains each change from signal to effect', async () => {
    const changes = decisions.filter(({ verdict }) => verdict !== 'hold');
    assert.ok(changes.length >= 3);
    for (const { id } of changes) {
      const { code, out } = await crane.crane(['explain', id]);
      assert.equal(code, 0);
      for (const part of ['Signal', 'Alert', 'Policy', 'Bound', 'Effect'])
        assert.match(out, new RegExp(`^ *${part} `, 'm'));
    }
  });

  it('listed what is in the image with the scanner', async () => {
    assert.ok(['clean', 'findings', 'no-database'].includes(document.scan.state), document.scan.state);
    assert.ok(document.scan.packages > 0, 'the Go program and its library are recognised');
  });

  it('tells a timeline in order that agrees with the figures', () => {
    const { timeline, timings } = document;
    const times = timeline.map(({ atMs }) => atMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    const at = (kind: string, text = /./): number =>
      timeline.find((entry) => entry.kind === kind && text.test(entry.text))?.atMs ??
      assert.fail(`${kind} ${text} is missing`);
    const order = [
      at('part.up'),
      at('app.created'),
      at('scan.done'),
      at('first.answer', /answers 200/),
      at('load.started'),
      at('alert.firing'),
      at('decision', /from 1 to/),
      at('first.answer', /from a new replica/),
      at('load.ended'),
      at('decision', /to 1:/),
      at('kill'),
      at('first.answer', /the replacement answers/),
    ];
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    const near = (ms: number, other: number): void =>
      assert.ok(Math.abs(ms - other) < 1_000, `${ms} ms is about ${other} ms`);
    near(at('first.answer', /from a new replica/) - at('load.started'), timings.loadToNewReplicaMs);
    near(at('first.answer', /the replacement/) - at('kill'), timings.killToHealedMs);
    near(at('first.answer', /answers 200/) - at('app.created'), timings.deployToFirst200Ms);
  });

  it('leaves nothing behind when it is purged', async () => {
    const down = await crane.crane(['down', '--purge', '--keep-images']);
    assert.equal(down.code, 0, down.err);
    assert.deepEqual(await crane.inventory(), earlier);
  });
});
