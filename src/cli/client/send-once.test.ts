import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import type { HttpAnswer, HttpRequest } from './send-http.ts';
import { createSender } from './send-once.ts';

type Outcome = HttpAnswer | Error;

/** A network that gives these outcomes in turn; the last one again and again. */
function network(...outcomes: Outcome[]) {
  const keys: (string | null)[] = [];
  const bodies: (string | null)[] = [];
  const waits: number[] = [];
  let made = 0;
  const send = createSender({
    send: async ({ headers, body }) => {
      keys.push(headers['idempotency-key'] ?? null);
      bodies.push(body);
      const outcome = outcomes[Math.min(keys.length, outcomes.length) - 1];
      if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('no outcome');
      return outcome;
    },
    wait: async (ms) => waits.push(ms),
    newKey: () => `key-${(made += 1)}`,
  });
  return { send, keys, bodies, waits };
}

function answer(status: number, headers: Record<string, string> = {}): HttpAnswer {
  return { status, header: (name) => headers[name] ?? null, body: Readable.from([Buffer.from('{}')]) };
}

const lost = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const nowhere = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const accepted = answer(202);
const change = (method = 'POST', signal?: AbortSignal): HttpRequest => ({
  url: 'http://crane.test/api',
  method,
  headers: {},
  body: method === 'GET' ? null : '{"a":1}',
  signal,
});

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
    const underWay = answer(409, { 'retry-after': '1' });
    const { send, keys } = network(underWay, accepted);
    assert.equal((await send(change('DELETE'))).status, 202);
    assert.equal(keys.length, 2);
    const busy = network(answer(409));
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
    await assert.rejects(send(change('POST', AbortSignal.abort())));
    assert.equal(keys.length, 1);
  });
});
