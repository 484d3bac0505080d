import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProgressLines } from './progress-lines.ts';
import { createStream } from './terminal.ts';

function collect(isTty: boolean) {
  let text = '';
  let nowMs = 0;
  const stream = createStream((part) => (text += part), { isTty, columns: () => 60 });
  const lines = createProgressLines(stream, { now: () => nowMs });
  return { lines, text: () => text, pass: (ms: number) => (nowMs += ms) };
}

describe('progress where no terminal redraws', () => {
  test('is a line when a step begins and when it ends, with its time', () => {
    const { lines, text, pass } = collect(false);
    lines.show({ step: 'traefik', state: 'started', text: 'Traefik: pulling' });
    pass(1000);
    lines.show({
      step: 'traefik',
      state: 'progress',
      text: 'Traefik: pulling',
      done: 1,
      total: 2,
      unit: 'bytes',
    });
    pass(2100);
    lines.show({ step: 'traefik', state: 'done', text: 'Traefik is ready' });
    assert.equal(text(), '· Traefik: pulling\n✔ Traefik is ready  (3.1 s)\n');
  });

  test('mentions long steps now and then, with amounts and estimate', () => {
    const { lines, text, pass } = collect(false);
    lines.show({ step: 'b', state: 'started', text: 'Building' });
    pass(16_000);
    lines.show({
      step: 'b',
      state: 'progress',
      text: 'Building',
      done: 5e6,
      total: 1e7,
      unit: 'bytes',
      estimateMs: 60_000,
    });
    assert.match(text(), /… Building {2}█{8}░{8} 5\.0 MB \/ 10\.0 MB {2}\(16\.0 s of about 1 m 00 s\)\n$/);
  });

  test('writes no control characters', () => {
    const { lines, text } = collect(false);
    lines.show({ step: 'a', state: 'failed', text: 'evil \u001b[2J' });
    lines.end();
    assert.equal(text(), '✖ evil \\x1b[2J  \n'.replace('  \n', '\n'));
  });
});

describe('progress on a terminal', () => {
  test('redraws its live lines in place and leaves finished ones standing', () => {
    const { lines, text, pass } = collect(true);
    lines.show({ step: 'a', state: 'started', text: 'A' });
    lines.show({ step: 'b', state: 'started', text: 'B' });
    pass(500);
    lines.show({ step: 'a', state: 'done', text: 'A done' });
    lines.end();
    const up = '\u001b[2K\u001b[1A';
    assert.ok(text().includes(`\r${up}${up}\u001b[2K✔ A done  (500 ms)\n`), JSON.stringify(text()));
    assert.ok(text().endsWith(`\r${up}\u001b[2K`), JSON.stringify(text()));
  });

  test('never writes a live line longer than the terminal is wide', () => {
    const { lines, text } = collect(true);
    lines.show({ step: 'a', state: 'started', text: 'x'.repeat(200) });
    lines.end();
    for (const line of text().split('\n')) assert.ok(line.length <= 60, `${line.length}`);
  });
});
