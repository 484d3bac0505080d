import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { problemSchema } from '../src/api/schema/problem-schema.ts';
import { createClient, readEvents, StreamRefusedError, type StreamEvent } from '../src/cli/client/client.ts';
import { CraneError } from '../src/core/error/crane-error.ts';
import { someInstance } from './factories/core-values.ts';
import { deployedApp, portOf, testApi, type TestApi } from './factories/test-api.ts';

type Served = TestApi & { url: string; signal: AbortSignal };

async function served(test: TestContext, given: Parameters<typeof testApi>[1] = {}): Promise<Served> {
  const tested = await testApi(test, given);
  await tested.api.listen({ host: '127.0.0.1', port: 0 });
  const stopping = new AbortController();
  test.after(() => stopping.abort());
  return {
    ...tested,
    url: `http://127.0.0.1:${portOf(tested.api)}`,
    signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(10_000)]),
  };
}

async function take(events: AsyncIterable<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const taken: StreamEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

const textOf = (event: StreamEvent): unknown => z.looseObject({ text: z.unknown() }).parse(event.data).text;

describe('the client', () => {
  it('calls the API with the shapes of its description', async (test) => {
    const { store, bob, url } = await served(test);
    deployedApp(store, bob);
    const client = createClient({ url: `${url}/`, token: 'crane_bob' });
    const { data } = await client.GET('/api/v1/apps/{app}', { params: { path: { app: 'shop-1' } } });
    assert.deepEqual(data?.services[0]?.targets, { requestsPerSecond: 50 });
    const { error, response } = await client.GET('/api/v1/apps/{app}', { params: { path: { app: 'no-2' } } });
    assert.equal(error?.code, 'app.not_found');
    assert.equal(response.status, 404);
    const nobody = await createClient({ url, token: null }).GET('/api/v1/me');
    assert.equal(nobody.error?.code, 'auth.missing');
  });
});

describe('streams of events', () => {
  const event = { at: 1, kind: 'part.up', appId: null, app: null, data: {} } as const;

  it('follow the feed from now on, and resume without a gap', async (test) => {
    const { store, url, signal } = await served(test);
    const feed = `${url}/api/v1/events`;
    store.feed.append({ ...event, text: 'before' });
    // Only what comes after it is open is told, and nothing else says that it is open.
    const telling = setInterval(() => store.feed.append({ ...event, text: 'now' }), 10);
    const [first = assert.fail()] = await take(readEvents(feed, 'crane_bob', null, signal), 1);
    clearInterval(telling);
    assert.deepEqual([first.event, textOf(first)], ['part.up', 'now']);
    const { seq } = store.feed.append({ ...event, text: 'meanwhile' });
    const missed = await take(readEvents(feed, 'crane_bob', first.id, signal), seq - Number(first.id));
    assert.equal(textOf(missed.at(-1) ?? assert.fail()), 'meanwhile');
    const [oldest = assert.fail()] = await take(readEvents(feed, 'crane_bob', '0', signal), 1);
    assert.equal(textOf(oldest), 'before');
  });

  it('follow an operation to its end and close by themselves', async (test) => {
    const { store, bob, url, signal } = await served(test);
    const app = deployedApp(store, bob);
    store.operations.create({ id: 'op-1', kind: 'stop', appId: app.id, userId: bob.id, at: 1, input: null });
    const step = { operationId: 'op-1', at: 2, step: 'pull', state: 'progress', data: {} } as const;
    store.operations.appendEvent({ ...step, text: 'a' });
    const seen: StreamEvent[] = [];
    for await (const each of readEvents(`${url}/api/v1/operations/op-1/events`, 'crane_bob', null, signal)) {
      seen.push(each);
      if (seen.length !== 1) continue;
      store.operations.appendEvent({ ...step, text: 'b' });
      store.operations.update('op-1', { status: 'succeeded', endedAt: 3, result: { ok: true } });
    }
    assert.deepEqual(
      seen.map(({ id, event: name }) => [id, name]),
      [
        ['1', 'step'],
        ['2', 'step'],
        ['2', 'end'],
      ],
    );
    assert.equal(z.looseObject({ status: z.string() }).parse(seen[2]?.data).status, 'succeeded');
    const resumed = await take(
      readEvents(`${url}/api/v1/operations/op-1/events`, 'crane_bob', '1', signal),
      9,
    );
    assert.deepEqual(
      resumed.map(({ event: name }) => name),
      ['step', 'end'],
    );
  });

  it('follow logs, and end when the server closes', async (test) => {
    const line = { instance: 'web-1-1', stream: 'stdout', at: 5, text: 'hello\nworld' } as const;
    const { api, store, bob, url, signal } = await served(test, {
      lines: [line],
      observed: [someInstance()],
    });
    deployedApp(store, bob);
    const logs = `${url}/api/v1/apps/shop-1/logs?follow=true`;
    const seen: unknown[] = [];
    let closing: Promise<unknown> = Promise.resolve();
    for await (const each of readEvents(logs, 'crane_bob', null, signal)) {
      seen.push(each.data);
      closing = api.close();
    }
    await closing;
    assert.deepEqual(seen, [line]);
  });

  it('say why they break off', async (test) => {
    const { store, bob, world, url, signal } = await served(test);
    deployedApp(store, bob);
    world.fails = new CraneError('engine.unreachable', { message: 'Docker is silent.', fix: 'Start it.' });
    await assert.rejects(
      take(readEvents(`${url}/api/v1/apps/shop-1/logs?follow=true`, 'crane_bob', null, signal), 1),
      (thrown: unknown) =>
        thrown instanceof StreamRefusedError &&
        thrown.status === 503 &&
        problemSchema.parse(thrown.problem).code === 'engine.unreachable',
    );
  });

  it('say why they are refused', async (test) => {
    const { url, signal } = await served(test);
    const refused = (path: string, token: string | null, status: number, code: string) =>
      assert.rejects(
        take(readEvents(url + path, token, null, signal), 1),
        (thrown: unknown) =>
          thrown instanceof StreamRefusedError &&
          thrown.status === status &&
          z.looseObject({ code: z.string() }).parse(thrown.problem).code === code,
      );
    await refused('/api/v1/events', null, 401, 'auth.missing');
    await refused('/api/v1/operations/op-9/events', 'crane_bob', 404, 'operation.not_found');
    await refused('/api/v1/apps/no-1/logs?follow=true', 'crane_bob', 404, 'app.not_found');
  });
});
