import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { portOf } from '../factories/part-server.ts';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { LoadProgress, LoadReport, LoadSpec } from '../../src/core/load/load.ts';
import type { Clock } from '../../src/core/port/clock.ts';
import { createLoadGenerator } from '../../src/observe/load/create-load-generator.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: async (ms, signal) => {
    await wait(ms, undefined, { signal }).catch(() => {});
  },
};
const generator = createLoadGenerator({ clock });
const servers: Server[] = [];

after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse, index: number) => void;

/** A server on loopback; `arrivals` are the times requests came in, `connections` how many were opened. */
async function serve(answer: Answer) {
  const arrivals: number[] = [];
  const counts = { connections: 0 };
  const server = createServer((request, response) => {
    arrivals.push(performance.now());
    answer(request, response, arrivals.length - 1);
  });
  server.on('connection', () => {
    counts.connections += 1;
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${portOf(server)}`, arrivals, counts, server };
}

type Change = Partial<LoadSpec> & { url: string; rate?: number; durationMs?: number };

async function load(
  change: Change,
  options: { signal?: AbortSignal; seen?: LoadProgress[] } = {},
): Promise<LoadReport> {
  const { rate = 100, durationMs = 500, ...rest } = change;
  const spec: LoadSpec = {
    host: 'shop-1.localhost',
    path: '/',
    method: 'GET',
    phases: [{ durationMs, fromRate: rate, toRate: rate }],
    connections: 32,
    timeoutMs: 1000,
    ...rest,
  };
  const never = new AbortController();
  return generator.run(spec, (progress) => options.seen?.push(progress), options.signal ?? never.signal);
}

const ok: Answer = (_request, response) => response.end('ok');

describe('the rate of a load', () => {
  for (const rate of [200, 1000]) {
    test(`${rate} requests per second are sent in full, none before it is due, on kept-alive connections`, async () => {
      const target = await serve(ok);
      const begin = performance.now();
      const report = await load({ url: target.url, rate, durationMs: 2000 });
      const early = target.arrivals.filter((at, index) => at - begin < (index / rate) * 1000 - 1);
      assert.deepEqual(early, [], 'sent before they were due');
      assert.equal(report.requests, rate * 2);
      assert.equal(target.arrivals.length, rate * 2);
      assert.equal(report.lost, 0);
      assert.deepEqual(report.statuses, { 200: rate * 2 });
      assert.equal(
        report.series.reduce((sum, row) => sum + row.requests, 0),
        rate * 2,
      );
      assert.ok(target.counts.connections <= 32, `${target.counts.connections} connections`);
      assert.ok(report.p50Ms > 0 && report.p50Ms <= report.p99Ms && report.p99Ms <= report.maxMs);
    });
  }

  test('a ramp sends more and more', async () => {
    const target = await serve(ok);
    const report = await load({ url: target.url, phases: [{ durationMs: 2000, fromRate: 0, toRate: 100 }] });
    assert.equal(report.requests, 100);
    const [first, second] = report.series;
    assert.ok(first && second && second.requests > first.requests * 2, JSON.stringify(report.series));
  });

  test('the Host header and the path are those asked for', async () => {
    const seen = new Set<string>();
    const target = await serve((request, response) => {
      seen.add(`${request.method} ${request.headers.host}${request.url}`);
      response.end();
    });
    await load({
      url: target.url,
      host: 'web.shop-1.localhost',
      path: '/burn?ms=1',
      method: 'POST',
      durationMs: 100,
    });
    assert.deepEqual([...seen], ['POST web.shop-1.localhost/burn?ms=1']);
  });
});

describe('latency', () => {
  test('counts from the planned start: a stall is felt by every request that was due in it', async () => {
    let stallUntil = 0;
    const target = await serve((_request, response, index) => {
      if (index === 50) stallUntil = performance.now() + 600;
      setTimeout(() => response.end(), Math.max(0, stallUntil - performance.now()));
    });
    // One connection: a closed loop would send one request during the stall and call the rest quick.
    const report = await load({
      url: target.url,
      rate: 100,
      durationMs: 2000,
      connections: 1,
      timeoutMs: 5000,
    });
    assert.equal(report.requests, 200);
    assert.equal(report.lost, 0);
    assert.ok(report.maxMs >= 550, `max ${report.maxMs}`);
    assert.ok(report.p90Ms >= 200, `p90 ${report.p90Ms}`);
    assert.ok(report.p50Ms < report.p90Ms, `p50 ${report.p50Ms}`);
  });
});

describe('lost requests', () => {
  test('router errors are counted by kind and status, answers of the app itself are not lost', async () => {
    const target = await serve((_request, response, index) => {
      response.statusCode = [200, 502, 503, 504, 503][index % 5] ?? 200;
      if (index % 5 === 4) response.setHeader('X-Instance', 'web-1-1');
      response.end();
    });
    const report = await load({ url: target.url, rate: 100, durationMs: 500, connections: 1 });
    assert.deepEqual(report.statuses, { 200: 10, 502: 10, 503: 20, 504: 10 });
    assert.deepEqual(report.lostByKind, { 'bad-gateway': 10, unavailable: 10, 'gateway-timeout': 10 });
    assert.equal(report.lost, 30);
  });

  test('connections cut before and within an answer are resets', async () => {
    const target = await serve((request, response, index) => {
      if (index % 4 === 1) response.writeHead(200, { 'Content-Length': '100' }).write('half');
      if (index % 2 === 1) setImmediate(() => request.socket.resetAndDestroy());
      else response.end('ok');
    });
    const report = await load({ url: target.url, rate: 100, durationMs: 400, connections: 1 });
    assert.equal(report.requests, 40);
    assert.equal(report.lostByKind.reset, 20);
    assert.equal(report.lost, 20);
  });

  test('nobody listening is a refusal', async () => {
    const target = await serve(ok);
    target.server.close();
    const report = await load({ url: target.url, rate: 50, durationMs: 200 });
    assert.deepEqual(report.lostByKind, { refused: 10 });
    assert.equal(report.p50Ms, 0);
  });

  test('no answer in time is a time-out, and no connection in time is not sent', async () => {
    const target = await serve(() => {});
    const report = await load({
      url: target.url,
      rate: 500,
      durationMs: 400,
      connections: 2,
      timeoutMs: 300,
    });
    assert.equal(report.requests, 200);
    assert.equal(report.lost, 200);
    assert.ok((report.lostByKind.timeout ?? 0) >= 2, JSON.stringify(report.lostByKind));
    assert.ok((report.lostByKind['not-sent'] ?? 0) >= 20, JSON.stringify(report.lostByKind));
    assert.ok(report.p50Ms >= 300, `p50 ${report.p50Ms}`);
    assert.ok(report.durationMs < 2000, `ended after ${report.durationMs} ms`);
  });
});

describe('instances', () => {
  test('answers are counted by X-Instance, and the first new one is timed', async () => {
    const begin = performance.now();
    const target = await serve((_request, response, index) => {
      // Request 100 is due after a second.
      response.setHeader('X-Instance', index >= 100 && index % 2 === 0 ? 'web-1-2' : 'web-1-1');
      response.end();
    });
    const seen: LoadProgress[] = [];
    const report = await load({ url: target.url, rate: 100, durationMs: 1500 }, { seen });
    assert.deepEqual(Object.keys(report.byInstance).sort(), ['web-1-1', 'web-1-2']);
    assert.equal((report.byInstance['web-1-1'] ?? 0) + (report.byInstance['web-1-2'] ?? 0), 150);
    assert.ok(
      report.firstNewReplicaMs !== null &&
        report.firstNewReplicaMs >= 990 &&
        report.firstNewReplicaMs <= performance.now() - begin,
    );
    assert.deepEqual(seen.at(-1)?.instances, ['web-1-1', 'web-1-2']);
  });

  test('an app that names no instance gives no time for a new one', async () => {
    const target = await serve(ok);
    const report = await load({ url: target.url, durationMs: 100 });
    assert.equal(report.firstNewReplicaMs, null);
    assert.deepEqual(report.byInstance, {});
  });
});

describe('the bounds of a load', () => {
  test('addresses off this machine are refused before anything is sent', async () => {
    await assert.rejects(
      load({ url: 'http://192.0.2.1' }),
      (error) => error instanceof CraneError && error.code === 'input.invalid',
    );
  });

  test('a cancelled load ends soon and reports what was sent', async () => {
    const target = await serve(ok);
    const cancellation = new AbortController();
    const seen: LoadProgress[] = [];
    const running = load({ url: target.url, durationMs: 60_000 }, { signal: cancellation.signal, seen });
    while (target.arrivals.length < 10) await once(target.server, 'request');
    cancellation.abort();
    const report = await running;
    assert.ok(report.requests >= 10 && report.requests < 1000);
    assert.equal(report.lost, 0);
    assert.ok(report.durationMs < 5000);
  });

  test('a request that hangs does not hold up a cancelled load', async () => {
    const target = await serve(() => {});
    const cancellation = new AbortController();
    const running = load(
      { url: target.url, durationMs: 60_000, timeoutMs: 60_000 },
      { signal: cancellation.signal },
    );
    while (target.arrivals.length < 3) await once(target.server, 'request');
    cancellation.abort();
    const report = await running;
    assert.equal(report.requests, 0);
    assert.ok(report.durationMs < 8000);
  });

  test('the event loop of the caller is left alone', async () => {
    const target = await serve(ok);
    const delays: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      delays.push(performance.now() - last - 10);
      last = performance.now();
    }, 10);
    await load({ url: target.url, rate: 500, durationMs: 1000 });
    clearInterval(timer);
    delays.sort((a, b) => a - b);
    assert.ok(
      (delays[Math.floor(delays.length * 0.9)] ?? 0) < 50,
      'the 90th percentile of delays is below 50 ms',
    );
  });

  test('every connection is closed at the end', async () => {
    const target = await serve(ok);
    await load({ url: target.url, durationMs: 200 });
    const probe = connect(portOf(target.server), '127.0.0.1');
    await once(probe, 'connect');
    const open = await new Promise<number>((resolve, reject) => {
      target.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
    probe.destroy();
    assert.ok(open <= 1, `${open} connections are open`);
  });
});
