import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FeedEvent } from '../operation/feed.ts';
import { describeMatcher, isLike, matches, parseMatcher } from './matcher.ts';
import type { Notice } from './notice.ts';
import { noticeOfEvent, severityOf } from './notice-of-event.ts';
import { defaultPace, dueAtOf, groupKeyOf, wantsNotice } from './notification-target.ts';
import {
  renderNotification,
  renderSlack,
  renderSubject,
  renderText,
  type NewsItem,
} from './render-message.ts';

const event = (kind: FeedEvent['kind'], data: FeedEvent['data'] = {}): FeedEvent => ({
  seq: 1,
  at: 5,
  kind,
  appId: 1,
  app: 'shop-1',
  text: 'what happened',
  data,
});
const of = (change: Partial<Notice> = {}): Notice => ({
  id: 1,
  key: 'k',
  kind: 'alert',
  severity: 'warning',
  state: 'open',
  appId: 1,
  ownerId: 2,
  app: 'shop-1',
  service: 'web',
  title: 'slow is firing',
  text: 'it is slow',
  labels: { kind: 'alert', severity: 'warning', app: 'shop-1', service: 'web', alert: 'slow' },
  at: 0,
  lastAt: 0,
  times: 1,
  overAt: null,
  ...change,
});

describe('what people are told of an event', () => {
  for (const [kind, data, wanted] of [
    [
      'alert.firing',
      { alert: 'slow', service: 'web', fingerprint: 'f', severity: 'page' },
      'open critical alert/shop-1/f',
    ],
    ['alert.resolved', { fingerprint: 'f' }, 'end alert/shop-1/f'],
    ['decision', { verdict: 'scale-out', service: 'web', decision: 'd-1' }, 'once info scaled/d-1'],
    ['decision', { verdict: 'hold', service: 'web' }, null],
    [
      'decision',
      { verdict: 'hold', service: 'web', trouble: 'its max is reached' },
      'once warning held/shop-1/web/its max is reached',
    ],
    ['decision', { verdict: 'back-off', service: 'web' }, 'open critical healing/shop-1/web'],
    ['heal.done', { service: 'web' }, 'end healing/shop-1/web'],
    ['deployment.failed', {}, 'open critical deployment/shop-1'],
    ['deployment.done', {}, 'end deployment/shop-1'],
    ['part.down', { part: 'opa' }, 'open critical part/opa'],
    ['part.up', { part: 'opa' }, 'end part/opa'],
    ['scan.done', { service: 'web', imageId: 'i', critical: 0, high: 2 }, 'once warning scan/shop-1/web/i'],
    ['scan.done', { service: 'web', imageId: 'i', critical: 0, high: 0 }, null],
    ['app.deleted', {}, 'end-app'],
    ['instance.ready', {}, null],
  ] as const)
    it(`${kind} ${JSON.stringify(data)} is ${wanted ?? 'nothing'}`, () => {
      const change = noticeOfEvent(event(kind, data));
      const text =
        change === null
          ? null
          : change.kind === 'raise'
            ? `${change.notice.state} ${change.notice.severity} ${change.notice.key}`
            : change.kind === 'end'
              ? `end ${change.key}`
              : change.kind;
      assert.equal(text, wanted);
    });

  it('reads nonsense in an event as nothing known', () => {
    const change = noticeOfEvent(event('alert.firing', { alert: 5, severity: {}, fingerprint: null }));
    assert.equal(change?.kind === 'raise' ? change.notice.severity : null, 'warning');
  });

  it('reads foreign severities', () => {
    assert.deepEqual(
      ['critical', 'Error', 'page', 'HIGH', 'warning', 'odd', 'info', 'low', undefined].map(severityOf),
      ['critical', 'critical', 'critical', 'critical', 'warning', 'warning', 'info', 'info', 'warning'],
    );
  });
});

describe('a target', () => {
  const wants = { kinds: [], severity: 'warning' as const, matchers: [], isToldEnd: true };
  it('is told what is as severe as it wants, of its kinds, app and labels', () => {
    const told = (target: Parameters<typeof wantsNotice>[0], notice = of()): boolean =>
      wantsNotice(target, notice);
    assert.equal(told({ appId: null, wants }), true);
    assert.equal(told({ appId: 1, wants }), true);
    assert.equal(told({ appId: 2, wants }), false);
    assert.equal(told({ appId: null, wants }, of({ severity: 'info' })), false);
    assert.equal(told({ appId: null, wants: { ...wants, kinds: ['part'] } }), false);
    const matchers = [parseMatcher('alert=sl*'), parseMatcher('service!=db')].filter((item) => item !== null);
    assert.equal(told({ appId: null, wants: { ...wants, matchers } }), true);
    assert.equal(
      told({ appId: null, wants: { ...wants, matchers } }, of({ labels: { service: 'db' } })),
      false,
    );
  });

  it('gets notices of one group in one message, and the next one not too soon', () => {
    assert.equal(groupKeyOf(defaultPace, of()), groupKeyOf(defaultPace, of({ id: 2, service: 'db' })));
    const other = of({ labels: { app: 'other-2', kind: 'alert' } });
    assert.notEqual(groupKeyOf(defaultPace, of()), groupKeyOf(defaultPace, other));
    assert.equal(dueAtOf(defaultPace, null, 1_000), 6_000);
    assert.equal(dueAtOf(defaultPace, 500, 1_000), 60_500);
    assert.equal(dueAtOf(defaultPace, 0, 100_000), 105_000);
  });
});

describe('a matcher', () => {
  it('reads label, sign and value, and is written as it was read', () => {
    for (const text of ['service=web', 'alert!=slow*', 'app='])
      assert.equal(describeMatcher(parseMatcher(text) ?? assert.fail(text)), text);
    for (const text of ['service', '=web', 'a b=c', '1a=b']) assert.equal(parseMatcher(text), null);
    assert.equal(matches({ label: '__proto__', isEqual: true, value: '' }, {}), true);
  });
  it('takes * for any text, as a regular expression would', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), words, (text, pattern) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        assert.equal(isLike(text, pattern), regex.test(text));
      }),
    );
  });
});

describe('a message', () => {
  const items: NewsItem[] = [
    { notice: of({ id: 1 }), news: 'over' },
    {
      notice: of({ id: 2, severity: 'critical', title: 'evil\r\nBcc: x@y', text: '<script> & more' }),
      news: 'raised',
    },
    { notice: of({ id: 3 }), news: 'again' },
  ];
  it('has the most pressing in its subject, on one line', () => {
    assert.equal(renderSubject(items), '[critical] shop-1: evil Bcc: x@y (and 2 more)');
    assert.match(renderText(items), /^CRITICAL {2}shop-1: evil Bcc: x@y\n/);
    assert.match(renderText(items), /STILL[^]*OVER/);
  });
  it('means nothing to Slack but its text', () => {
    const slack = JSON.parse(renderSlack(items, null));
    assert.equal(slack.attachments[0].text, '&lt;script&gt; &amp; more');
    assert.equal(slack.attachments.length, 3);
  });
  it('tells a program everything but whose app it is', () => {
    const body = JSON.parse(renderNotification('m-1', 't-1', items));
    assert.deepEqual([body.id, body.target, body.notices.length], ['m-1', 't-1', 3]);
    assert.equal(body.notices[0].news, 'raised');
    assert.equal('ownerId' in body.notices[0], false);
  });
  it('stays short however much there is', () => {
    const many = Array.from({ length: 500 }, (_, id) => ({ notice: of({ id }), news: 'raised' as const }));
    assert.match(renderText(many), /… and 470 more/);
    assert.equal(JSON.parse(renderSlack(many, null)).attachments.length, 30);
  });
});
