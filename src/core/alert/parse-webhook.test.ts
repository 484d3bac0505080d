import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { CraneError } from '../error/crane-error.ts';
import { parseWebhook } from './parse-webhook.ts';

const now = Date.parse('2026-05-01T10:00:00Z');

function raw(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status: 'firing',
    labels: {
      alertname: 'CraneScaleRequestsPerSecond',
      app: 'shop-1',
      service: 'web',
      signal: 'requestsPerSecond',
      severity: 'warning',
    },
    annotations: { summary: 'shop-1/web: 231.0 req/s per replica against a target of 50' },
    startsAt: '2026-05-01T09:59:58.25Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://169.254.169.254/latest',
    fingerprint: '3f1c0e9a7b6d5c4e',
    ...change,
  };
}

const deliver = (...alerts: unknown[]): unknown => ({
  version: '4',
  groupKey: '{}:{app="shop-1"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'crane',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  alerts,
});

describe('parseWebhook', () => {
  it('reads what Alertmanager sends', () => {
    assert.deepEqual(parseWebhook(deliver(raw()), now), {
      alerts: [
        {
          fingerprint: '3f1c0e9a7b6d5c4e',
          status: 'firing',
          name: 'CraneScaleRequestsPerSecond',
          severity: 'warning',
          labels: {
            alertname: 'CraneScaleRequestsPerSecond',
            app: 'shop-1',
            service: 'web',
            signal: 'requestsPerSecond',
            severity: 'warning',
          },
          annotations: { summary: 'shop-1/web: 231.0 req/s per replica against a target of 50' },
          startsAt: now - 1_750,
          endsAt: null,
        },
      ],
      rejected: [],
    });
  });

  it('judges per alert: firing and resolved ones of one delivery each keep their own status', () => {
    const resolved = raw({ status: 'resolved', fingerprint: 'b2', endsAt: '2026-05-01T10:00:00Z' });
    const { alerts, rejected } = parseWebhook(deliver(raw(), 'no alert', resolved), now);
    assert.deepEqual(
      alerts.map(({ status, endsAt }) => [status, endsAt]),
      [
        ['firing', null],
        ['resolved', now],
      ],
    );
    assert.deepEqual(
      rejected.map(({ index }) => index),
      [1],
    );
  });

  const bad: [string, Record<string, unknown>, RegExp][] = [
    ['a start that is no time', { startsAt: 'yesterday' }, /startsAt is not a time/],
    ['a start in 1970', { startsAt: '1970-01-01T00:00:00Z' }, /stale/],
    ['a start in 2099', { startsAt: '2099-01-01T00:00:00Z' }, /future/],
    ['an end before its start', { status: 'resolved', endsAt: '2026-05-01T09:00:00Z' }, /ends before/],
    ['an unknown status', { status: 'suppressed' }, /status/],
    ['a fingerprint that is a path', { fingerprint: '../../x' }, /fingerprint/],
    ['labels that are a list', { labels: ['app'] }, /labels/],
    ['labels that are numbers', { labels: { replicas: 1e6 } }, /labels/],
    ['a label of two kilobytes', { labels: { app: 'x'.repeat(2_000) } }, /labels/],
    [
      'a hundred labels',
      { labels: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`l${n}`, ''])) },
      /labels/,
    ],
  ];
  for (const [what, change, reason] of bad) {
    it(`rejects ${what}, with the reason`, () => {
      const { alerts, rejected } = parseWebhook(deliver(raw(change)), now);
      assert.equal(alerts.length, 0);
      assert.match(rejected[0]?.reason ?? '', reason);
    });
  }

  it('cuts an annotation of a megabyte', () => {
    const { alerts } = parseWebhook(deliver(raw({ annotations: { summary: 'x'.repeat(1_000_000) } })), now);
    assert.equal(alerts[0]?.annotations['summary']?.length, 4_096);
  });

  it('takes __proto__ for a label like any other', () => {
    const labels: unknown = JSON.parse('{"alertname":"A","__proto__":"x"}');
    const { alerts } = parseWebhook(deliver(raw({ labels })), now);
    assert.deepEqual(Object.keys(alerts[0]?.labels ?? {}), ['alertname', '__proto__']);
    assert.equal(Object.getPrototypeOf(alerts[0]?.labels), Object.prototype);
  });

  it('refuses more than 10,000 alerts as a whole', () => {
    assert.throws(
      () => parseWebhook({ alerts: Array.from({ length: 10_001 }, () => ({})) }, now),
      (error: unknown) => error instanceof CraneError && error.code === 'input.too_large',
    );
  });

  it('refuses a body that is no payload', () => {
    for (const body of [null, [], 'x', {}, { alerts: {} }, { version: '3', alerts: [] }])
      assert.throws(
        () => parseWebhook(body, now),
        (error: unknown) => error instanceof CraneError && error.code === 'input.invalid',
      );
  });

  it('accounts for each alert of whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.anything(), { maxLength: 20 }), (alerts) => {
        const result = parseWebhook({ alerts }, now);
        return result.alerts.length + result.rejected.length === alerts.length;
      }),
    );
  });
});
