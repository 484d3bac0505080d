import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSender } from './send-once.ts';

type Outcome = Response | Error;

/** A network that gives these outcomes in turn; the last one again and again. */
function network(...outcomes: Outcome[]) {
  const keys: (string | null)[] = [];
  const bodies: string[] = [];
  const waits: number[] = [];
  let made = 0;
  const send = createSender({
    fetch: async (request) => {
      keys.push(request.headers.get('idempotency-key'));
      bodies.push(await request.text());
      const outcome = outcomes[Math.min(keys.length, outcomes.length) - 1];
      if (outcome instanceof Response) return outcome.clone();
      throw outcome ?? new Error('no outcome');
    },
    wait: async (ms) => waits.push(ms),
    newKey: () => `key-${(made += 1)}`,
  });
  return { send, keys, bodies, waits };
}
const lost = new TypeError('fetch failed', {
  cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
});
const nowhere = new TypeError('fetch failed', {
  cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
});
const accepted = new Response('{}', { status: 202 });
const change = (method = 'POST'): Request =>
  new Request('http://crane.test/api', { method, ...(method === 'GET' ? {} : { body: '{"a":1}' }) });

describe('sending a change', () => {
  it('has a key of its own, the same each time its answer was lost', async () => {
    const { send, keys, bodies } = network(lost, lost, accepted);
    assert.equal((await send(change())).status, 202);
    assert.deepEqual(keys, ['key-1', 'key-1', 'key-1']);
    assert.deepEqual(bodies, ['{"a":1}', '{"a":1}', '{"a":1}']);
    await send(change());
    assert.equal(keys.at(-1), 'key-2');
  });

  it('waits for one that is under way, and gives other refusals as they are', async () => {
    const underWay = new Response('{}', { status: 409, headers: { 'retry-after': '1' } });
    const { send, keys } = network(underWay, accepted);
    assert.equal((await send(change('DELETE'))).status, 202);
    assert.equal(keys.length, 2);
    const busy = network(new Response('{}', { status: 409 }));
    assert.equal((await busy.send(change())).status, 409);
    assert.equal(busy.keys.length, 1);
  });

  it('ends where nobody listens, after some attempts, and for reads at once', async () => {
    const closed = network(nowhere);
    await assert.rejects(closed.send(change()), nowhere);
    assert.equal(closed.keys.length, 1);
    const broken = network(lost);
    await assert.rejects(broken.send(change()), lost);
    assert.deepEqual([broken.keys.length, broken.waits.length], [6, 5]);
    const read = network(lost);
    await assert.rejects(read.send(change('GET')), lost);
    assert.deepEqual(read.keys, [null]);
  });

  it('ends with its signal', async () => {
    const { send, keys } = network(lost);
    const request = new Request(change(), { signal: AbortSignal.abort() });
    await assert.rejects(send(request));
    assert.equal(keys.length, 1);
  });
});
