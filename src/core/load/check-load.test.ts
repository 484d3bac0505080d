import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CraneError } from '../error/crane-error.ts';
import { checkLoad, isLoopbackUrl, loadLimits } from './check-load.ts';
import type { LoadSpec } from './load.ts';
import { lostByAnswer, lostByError } from './lost-kind.ts';

const spec: LoadSpec = {
  url: 'http://127.0.0.1:8080',
  host: 'shop-1.localhost',
  path: '/',
  method: 'GET',
  phases: [{ durationMs: 1000, fromRate: 1, toRate: 1 }],
  connections: 10,
  timeoutMs: 1000,
};

describe('which loads are refused', () => {
  const urls: [string, boolean][] = [
    ['http://127.0.0.1:8080/', true],
    ['http://127.9.9.9', true],
    ['http://[::1]:80', true],
    ['http://localhost:8080', true],
    ['http://0.0.0.0', false],
    ['http://10.0.0.1', false],
    ['http://example.org', false],
    ['http://127.0.0.1.example.org', false],
    ['http://localhost.example.org', false],
    ['https://127.0.0.1', true],
    ['ftp://127.0.0.1', false],
    ['file:///etc/passwd', false],
    ['127.0.0.1', false],
  ];
  for (const [url, isAllowed] of urls) {
    test(`${url} is ${isAllowed ? 'allowed' : 'refused'}`, () => assert.equal(isLoopbackUrl(url), isAllowed));
  }

  test('a sound load passes', () => checkLoad(spec));

  const wrong: [string, Partial<LoadSpec>, string][] = [
    ['another machine', { url: 'http://192.0.2.1' }, '/url'],
    ['a path with a line break', { path: '/\r\nX: y' }, '/path'],
    ['a relative path', { path: 'x' }, '/path'],
    ['no phases', { phases: [] }, '/phases'],
    [
      'a rate out of bounds',
      { phases: [{ durationMs: 1, fromRate: 0, toRate: loadLimits.rate + 1 }] },
      '/phases/0',
    ],
    ['a rate that is no number', { phases: [{ durationMs: 1, fromRate: NaN, toRate: 1 }] }, '/phases/0'],
    ['too many connections', { connections: loadLimits.connections + 1 }, '/connections'],
    ['no time-out', { timeoutMs: Infinity }, '/timeoutMs'],
  ];
  for (const [name, change, pointer] of wrong) {
    test(`${name} is refused with its place`, () => {
      assert.throws(
        () => checkLoad({ ...spec, ...change }),
        (error) => error instanceof CraneError && error.facts.errors?.[0]?.pointer === pointer,
      );
    });
  }
});

describe('what counts as lost', () => {
  test("the router's own errors do, the app's own answers do not", () => {
    assert.equal(lostByAnswer(502, null), 'bad-gateway');
    assert.equal(lostByAnswer(503, null), 'unavailable');
    assert.equal(lostByAnswer(504, null), 'gateway-timeout');
    assert.equal(lostByAnswer(503, 'web-1-1'), null);
    assert.equal(lostByAnswer(500, null), null);
    assert.equal(lostByAnswer(200, null), null);
  });

  test('connection errors are told apart by their code', () => {
    assert.equal(lostByError('ECONNREFUSED'), 'refused');
    assert.equal(lostByError('UND_ERR_SOCKET'), 'reset');
    assert.equal(lostByError('UND_ERR_CONNECT_TIMEOUT'), 'timeout');
    assert.equal(lostByError('HPE_INVALID_VERSION'), 'other');
    assert.equal(lostByError(null), 'other');
  });
});
