import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createScanQueue } from './scan-queue.ts';

describe('the scan queue', () => {
  it('runs one after another in the order asked, also after a failure', async () => {
    const queue = createScanQueue();
    const seen: string[] = [];
    const gate = Promise.withResolvers<void>();
    const onWait = (): void => void seen.push('waits');
    const first = queue.run(
      async () => {
        seen.push('first');
        await gate.promise;
        throw new Error('broken');
      },
      { onWait },
    );
    const second = queue.run(async () => seen.push('second'), { onWait });
    gate.resolve();
    await assert.rejects(first, /broken/);
    await second;
    assert.deepEqual(seen, ['waits', 'first', 'second']);
  });

  it('lets a waiting one go at once when it is cancelled, and keeps the order of the others', async () => {
    const queue = createScanQueue();
    const gate = Promise.withResolvers<void>();
    const cancelled = new AbortController();
    const onWait = (): void => {};
    const first = queue.run(() => gate.promise, { onWait });
    const second = queue.run(async () => 'never', { onWait, signal: cancelled.signal });
    const third = queue.run(async () => 'third', { onWait });
    cancelled.abort(new Error('enough'));
    await assert.rejects(second, /enough/);
    gate.resolve();
    assert.deepEqual(await Promise.all([first, third]), [undefined, 'third']);
  });
});
