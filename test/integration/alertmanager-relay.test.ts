import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Notice } from '../../src/core/notice/notice.ts';
import { defaultPace, type TargetSettings } from '../../src/core/notice/notification-target.ts';
import type { Relay, RelayedTarget } from '../../src/core/port/send-message.ts';
import { createAlertmanagerRelay } from '../../src/observe/alertmanager/create-alertmanager-relay.ts';
import {
  renderAlertmanagerArguments,
  renderAlertmanagerConfig,
} from '../../src/observe/alertmanager/render-config.ts';
import { portOf, readRequest } from '../factories/part-server.ts';
import { isOk, openTestPlatform, until, type TestPlatform } from '../factories/test-platform.ts';

type Received = { path: string; body: Record<string, unknown>; authorization: string | undefined };

const target = (id: string, settings: TargetSettings, secret: string): RelayedTarget => ({
  target: {
    id,
    userId: 1,
    appId: null,
    name: id,
    settings,
    wants: { kinds: [], severity: 'warning', matchers: [], isToldEnd: true },
    pace: defaultPace,
    createdAt: 1,
  },
  secret,
});

const notice = (id: number, change: Partial<Notice> = {}): Notice => ({
  id,
  key: `k${id}`,
  kind: 'deployment',
  severity: 'critical',
  state: 'open',
  appId: 1,
  ownerId: 1,
  app: 'shop-1',
  service: 'web',
  title: 'deployment failed',
  text: 'it said {{ .Evil }} "no"',
  labels: {},
  at: Date.now(),
  lastAt: Date.now(),
  times: 1,
  overAt: null,
  ...change,
});

describe('targets that the real Alertmanager tells, by its own receivers', () => {
  let platform: TestPlatform;
  let receiver: Server;
  let relay: Relay;
  let base = '';
  let configPath = '';
  const received: Received[] = [];

  before(async () => {
    platform = await openTestPlatform();
    const parts = await platform.network();
    const folder = await platform.folder();
    receiver = createServer((incoming, response) => {
      void readRequest(incoming).then(({ path, headers, body }) => {
        const { authorization } = headers;
        received.push({ path, body: body === '' ? {} : JSON.parse(body), authorization });
        const isJira = path.startsWith('/jira');
        const answer = path.includes('search')
          ? { issues: [] }
          : { id: '1', key: 'OPS-1', status: 'success' };
        response.writeHead(isJira && !path.includes('search') ? 201 : path === '/pager' ? 202 : 200, {
          'content-type': 'application/json',
        });
        response.end(JSON.stringify(answer));
      });
    });
    receiver.listen(0, parts.address(1));
    await once(receiver, 'listening');
    base = `http://${parts.address(1)}:${portOf(receiver)}`;
    const webhookUrl = `${base}/crane`;
    configPath = join(folder, 'alertmanager/alertmanager.yml');
    await platform.write(join(folder, 'alertmanager/credential'), 'credential');
    await platform.write(configPath, renderAlertmanagerConfig({ webhookUrl }));
    const url = `http://${parts.address(4)}:9093`;
    await platform.start({
      part: 'alertmanager',
      name: 'alertmanager',
      command: renderAlertmanagerArguments({ listenAddress: `${parts.address(4)}:9093` }),
      host: 4,
      networks: [parts.name],
      mounts: [{ folder: join(folder, 'alertmanager'), path: '/etc/alertmanager' }],
      writable: ['/alertmanager'],
    });
    await until('Alertmanager is ready', () => isOk(`${url}/-/ready`), { timeoutMs: 30_000 });
    relay = createAlertmanagerRelay({ directory: join(folder, 'alertmanager'), url, webhookUrl });
  });
  after(async () => {
    receiver?.closeAllConnections();
    receiver?.close();
    await platform?.close();
  });

  const at = (path: string, isRight: (item: Received) => boolean = () => true): Promise<Received> =>
    until(
      `a request to ${path}`,
      async () => received.find((item) => item.path.startsWith(path) && isRight(item)) ?? null,
      {
        timeoutMs: 20_000,
      },
    );
  const targets = (): RelayedTarget[] => [
    target('t-pager', { kind: 'pagerduty', url: `${base}/pager` }, 'routing-key'),
    target('t-teams', { kind: 'teams', origin: base, channel: null }, `${base}/teams/secret-path`),
    target(
      't-jira',
      { kind: 'jira', url: `${base}/jira/`, user: 'ann', project: 'OPS', issueType: 'Task' },
      'api-token',
    ),
  ];

  it('takes receivers of all three kinds', async () => {
    await relay.sync(targets());
    assert.match(readFileSync(configPath, 'utf8'), /t-jira-once/);
  });

  it('refuses what is wrong with its words and without secrets, and goes on with the old file', async () => {
    const before = readFileSync(configPath, 'utf8');
    const wrong = target('t-wrong', { kind: 'teams', origin: 'x', channel: null }, 'not an address: s3cret');
    await assert.rejects(relay.sync([...targets(), wrong]), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /Alertmanager refused the receivers/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
    assert.equal(readFileSync(configPath, 'utf8'), before);
  });

  it('opens an incident at PagerDuty and resolves the same one', async () => {
    const open = notice(1);
    const post = (news: 'raised' | 'over', item = open) =>
      relay.post({ targetId: 't-pager', items: [{ notice: item, news }], now: Date.now() });
    assert.equal((await post('raised')).error, null);
    const trigger = await at('/pager');
    assert.equal(trigger.body['event_action'], 'trigger');
    assert.equal(trigger.body['routing_key'], 'routing-key');
    assert.equal(Object(trigger.body['payload']).summary, 'shop-1 deployment failed');
    assert.equal(Object(trigger.body['payload']).severity, 'critical');
    assert.equal((await post('over', { ...open, state: 'over' })).error, null);
    const resolve = await at('/pager', ({ body }) => body['event_action'] === 'resolve');
    assert.equal(resolve.body['dedup_key'], trigger.body['dedup_key']);
  });

  it('tells Teams and makes an issue at Jira, each only what is meant for it', async () => {
    received.length = 0;
    await relay.post({
      targetId: 't-teams',
      items: [{ notice: notice(2), news: 'raised' }],
      now: Date.now(),
    });
    const card = await at('/teams/secret-path');
    assert.match(JSON.stringify(card.body), /it said \{\{ \.Evil \}\}/);
    await relay.post({ targetId: 't-jira', items: [{ notice: notice(3), news: 'raised' }], now: Date.now() });
    const issue = await at('/jira', ({ body }) => body['fields'] !== undefined && !('jql' in body));
    assert.equal(issue.authorization, `Basic ${Buffer.from('ann:api-token').toString('base64')}`);
    assert.match(JSON.stringify(issue.body), /"OPS"/);
    assert.ok(!received.some(({ path }) => path.startsWith('/crane')), 'none of it is an alert of Crane');
  });

  it('says that Alertmanager cannot be reached, and keeps the file', async () => {
    const folder = join(configPath, '..');
    const away = createAlertmanagerRelay({
      directory: folder,
      url: 'http://127.0.0.1:59999',
      webhookUrl: `${base}/crane`,
      timeoutMs: 1_000,
    });
    const before = readFileSync(configPath, 'utf8');
    await assert.rejects(away.sync([]), /Alertmanager did not load the receivers/);
    assert.equal(readFileSync(configPath, 'utf8'), before);
    const result = await away.post({ targetId: 'x', items: [{ notice: notice(4), news: 'raised' }], now: 1 });
    assert.match(result.error ?? '', /Alertmanager: it cannot be reached/);
  });
});
