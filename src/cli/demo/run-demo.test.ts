import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProgressLines } from '../output/progress-lines.ts';
import { createStream } from '../output/terminal.ts';
import { demoSteps, emptyReport, renderDemo, type DemoReport } from './demo-report.ts';
import { createFakeLoop, partNames, type Fault } from '../../../test/factories/cli/fake-demo-loop.ts';
import { runDemo } from './run-demo.ts';
import { createTimeline } from './timeline.ts';

async function play(
  fault: Fault,
  options: { isKnown?: boolean; abortAfterMs?: number } = {},
): Promise<{ report: DemoReport; text: string; calls: string[] }> {
  const { api, probe, calls } = createFakeLoop(fault, options.isKnown);
  let text = '';
  const stream = createStream((part) => (text += part));
  const lines = createProgressLines(stream);
  const startedAt = Date.now();
  const timeline = createTimeline(stream, lines, startedAt);
  const report = emptyReport();
  const signal =
    options.abortAfterMs === undefined
      ? new AbortController().signal
      : AbortSignal.timeout(options.abortAfterMs);
  await runDemo({
    api,
    lines,
    timeline,
    report,
    signal,
    probe,
    now: () => Date.now(),
    request: { name: 'whoami', files: [], support: {}, environment: {}, profiles: [] },
    load: { rate: 200, durationMs: 20_000 },
    startedAt,
  });
  return { report, text, calls };
}

describe('the demo', () => {
  test('shows the whole loop, and every figure is measured', async () => {
    const { report, text } = await play('none');
    assert.deepEqual(report.missing, []);
    assert.equal(report.error, undefined);
    assert.equal(report.ok, true);
    assert.equal(report.app, 'whoami-1');
    assert.equal(report.url, 'http://whoami-1.localhost:8080');
    assert.deepEqual(Object.keys(report.parts), partNames);
    assert.deepEqual(report.load, { requests: 4000, lost: 0, p50Ms: 1, p99Ms: 3 });
    assert.deepEqual(report.replicas, { min: 1, max: 3, peak: 3, final: 1 });
    assert.deepEqual(report.scan, { state: 'clean', packages: 7 });
    assert.equal(report.decisions, 2);
    assert.equal(report.timings.loadToNewReplicaMs, 700);
    for (const [name, ms] of Object.entries(report.timings)) assert.ok(ms !== null && ms >= 0, name);
    const kinds = report.timeline.map((entry) => entry.kind);
    for (const kind of [
      'part.up',
      'first.answer',
      'alert.firing',
      'decision',
      'instance.ready',
      'load.ended',
      'kill',
      'heal.done',
    ]) {
      assert.ok(kinds.includes(kind), kind);
    }
    assert.equal(kinds.filter((kind) => kind === 'decision').length, 3, 'holds are left out');
    assert.match(text, /from a new replica \(two\)/);
    assert.ok(!text.includes('\u001b'), 'no control sequences where there is no terminal');
  });

  test('begins with the least where an earlier run left more', async () => {
    const { report, calls } = await play('none', { isKnown: true });
    assert.deepEqual(calls, ['redeploy whoami-1', 'scale whoami-1 {"web":1}', 'load 200']);
    assert.equal(report.ok, true);
  });

  test('names the step that was not seen', async () => {
    const { report } = await play('no-alert');
    assert.deepEqual(report.missing, ['alert']);
    assert.equal(report.ok, false);
  });

  test('names what is missing when nothing heals, and ends when told to', async () => {
    const { report } = await play('no-heal', { abortAfterMs: 4000 });
    assert.deepEqual(report.missing, ['healed']);
    assert.equal(report.timings.killToHealedMs, null);
    assert.match(report.error?.detail ?? '', /interrupted; the platform goes on/);
  });

  test('ends with the error of a deployment that fails', async () => {
    const { report } = await play('deployment-fails');
    assert.equal(report.ok, false);
    assert.equal(report.error?.code, 'deployment.failed');
    assert.deepEqual(report.missing, demoSteps.slice(1));
  });

  test('summary names figures, missing steps and what to try', async () => {
    const out = createStream(() => {});
    const { report } = await play('none');
    const text = renderDemo(out, report, [['app', 'http://whoami-1.localhost:8080']]);
    assert.match(text, /Every step was seen/);
    assert.match(text, /crane explain whoami-1/);
    assert.match(renderDemo(out, emptyReport(), []), /Not seen: platform, deployed/);
  });
});
