import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LogLine } from '../port/runtime.ts';
import { advance, parseLogPosition, skipRead, type LogPosition } from './log-position.ts';

async function* linesOf(times: readonly number[], from = 0): AsyncIterable<LogLine> {
  for (const [index, at] of times.entries())
    if (at >= from) yield { instance: 'web-1-1', stream: 'stdout', at, text: String(index) };
}

describe('the position in a log', () => {
  it('lets reading go on anywhere without a gap or a line twice', async () => {
    const times = fc
      .array(fc.nat(3), { maxLength: 30 })
      .map((steps) =>
        steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0)),
      );
    await fc.assert(
      fc.asyncProperty(times, fc.nat(30), async (all, cut) => {
        const before = (await Array.fromAsync(linesOf(all))).slice(0, cut);
        const position = before.reduce<LogPosition | null>(advance, null);
        const after = await Array.fromAsync(skipRead(linesOf(all, position?.at), position));
        const texts = [...before, ...after].map((line) => line.text);
        assert.deepEqual(
          texts,
          all.map((_, index) => String(index)),
        );
      }),
    );
  });

  it('is written as instance, time and count', () => {
    assert.deepEqual(parseLogPosition('web-1-1@12+3'), {
      instance: 'web-1-1',
      position: { at: 12, count: 3 },
    });
    for (const wrong of ['', 'web', 'web@1', '@1+1', 'web@-1+1', 'a b@1+1', 'web@1+1x'])
      assert.equal(parseLogPosition(wrong), null, wrong);
  });
});
