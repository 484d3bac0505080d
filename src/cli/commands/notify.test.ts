import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createCaller } from '../../../test/factories/cli/call-crane.ts';
import { portOf, testApi } from '../../../test/factories/test-api.ts';
import { tempFolder } from '../../../test/factories/temp-store.ts';

async function start(context: TestContext) {
  const made = await testApi(context);
  await made.api.listen({ port: 0, host: '127.0.0.1' });
  const call = createCaller(tempFolder(context), `http://127.0.0.1:${portOf(made.api)}`);
  const crane = async (argv: string[], input = '') => call(argv, { CRANE_TOKEN: 'crane_bob' }, input);
  return { ...made, crane };
}

test('a target is added with a secret from stdin, tested, listed and removed', async (context) => {
  const { crane, store, world } = await start(context);
  const added = await crane(
    [
      'notify',
      'add',
      'team',
      '--kind',
      'slack',
      '--secret',
      '-',
      '--about',
      'alert,healing',
      '--repeat',
      '1h',
    ],
    'https://hooks.example.com/T/secret\n',
  );
  assert.equal(added.code, 0, added.err);
  assert.equal(added.out, 'team is told: slack https://hooks.example.com\n');
  const [target] = store.notifications.targets(null);
  assert.deepEqual([target?.wants.kinds, target?.pace.repeatMs], [['alert', 'healing'], 3_600_000]);
  assert.match((await crane(['notify', 'test', 'team'])).out, /^The test was taken \(7 ms\)\.$/m);
  assert.deepEqual(world.tested, ['team']);
  const listed = await crane(['notify']);
  assert.match(listed.out, /team +slack https:\/\/hooks\.example\.com +all +warning\+ alert healing/);
  assert.equal((await crane(['notify', 'messages', 'team', '--json'])).out, '[]\n');
  assert.equal((await crane(['notify', 'rm', 'team'])).code, 0);
  assert.equal((await crane(['notify', 'rm', 'team'])).code, 1);
});

test('what is missing or wrong is a usage error, and what is not allowed exits with 3', async (context) => {
  const { crane, world } = await start(context);
  for (const [argv, text] of [
    [['notify', 'add'], /Which target/],
    [['notify', 'add', 'x'], /--kind/],
    [['notify', 'add', 'x', '--kind', 'smtp', '--host', 'm'], /needs --from/],
    [['notify', 'add', 'x', '--kind', 'webhook', '--url', 'https://a.example', '--about', 'odd'], /odd/],
    [['notify', 'add', 'x', '--kind', 'slack', '--secret', '-'], /stdin holds no secret/],
    [['notify', 'add', 'x', '--kind', 'odd'], /Allowed choices/],
  ] as const) {
    const answer = await crane([...argv]);
    assert.equal(answer.code, 2, answer.err);
    assert.match(answer.err, text);
  }
  const refused = await crane(['notify', 'add', 'x', '--kind', 'webhook', '--url', 'http://10.0.0.1/']);
  assert.equal(refused.code, 3, refused.err);
  await crane(['notify', 'add', 'ok', '--kind', 'webhook', '--url', 'https://a.example']);
  world.testError = 'nobody listens there';
  const failed = await crane(['notify', 'test', 'ok']);
  assert.equal(failed.code, 1);
  assert.match(failed.err, /nobody listens there/);
});

test('the inbox is shown, with what was not read marked, and marked as read', async (context) => {
  const { crane, store } = await start(context);
  assert.match((await crane(['inbox'])).err, /Nothing to tell/);
  const notice = { kind: 'part', severity: 'critical', state: 'open', service: null, labels: {} } as const;
  store.notices.raise(
    { ...notice, key: 'part/opa', title: 'opa is not well', text: 'evil \u001b[2J' },
    { appId: null, app: null, at: Date.now(), mergeMs: 0 },
  );
  const shown = await crane(['inbox', '--read']);
  assert.match(shown.out, /0s \* critical {2}platform {2}opa is not well: evil/);
  assert.ok(!shown.out.includes('\u001b'));
  assert.equal((await crane(['inbox', '--unread', '--json'])).out, '[]\n');
});
