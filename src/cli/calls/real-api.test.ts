import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FakeWorld } from '../../../test/factories/action-deps.ts';
import { createCaller } from '../../../test/factories/cli/call-crane.ts';
import { memoryWorld } from '../../../test/factories/memory-world.ts';
import { composeText, deployedApp, portOf, testApi } from '../../../test/factories/test-api.ts';

/** The command line against the real API on a real store; nothing carries operations out there. */
async function start(context: TestContext, world: Partial<FakeWorld> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'crane-real-api-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const made = await testApi(context, {
    lines: [{ instance: 'web-1-1', stream: 'stdout', at: 1, text: 'hello' }],
    ...world,
  });
  await made.api.listen({ port: 0, host: '127.0.0.1' });
  const call = createCaller(folder, `http://127.0.0.1:${portOf(made.api)}`);
  const crane = async (...argv: string[]) => call(argv, { CRANE_TOKEN: 'crane_ada' });
  return { ...made, crane, call, folder };
}

test('apps, instances, status and who one is', async (context) => {
  const { store, ada, crane } = await start(context);
  deployedApp(store, ada);
  const { code, out, err } = await crane('ls');
  assert.equal(code, 0, err);
  assert.match(out, /shop-1 +running/);
  assert.equal((await crane('ps', 'shop-1', '--json')).out, '[]\n');
  assert.equal((await crane('status', '--json')).code, 0);
  assert.equal(Object((await crane('whoami', '--json')).json()).name, 'ada');
});

test('a deployment is accepted as it is sent, and a bad file is refused with its place and exit code 2', async (context) => {
  const { crane, folder } = await start(context);
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, composeText);
  const accepted = await crane('deploy', '-f', file, '--name', 'shop', '--no-wait', '--json');
  assert.equal(accepted.code, 0, accepted.err);
  assert.equal(Object(accepted.json()).uniqueName, 'shop-1');
  const busy = await crane('deploy', '-f', file, '--name', 'shop', '--no-wait', '--json');
  assert.equal(Object(busy.problem()).code, 'app.busy');

  writeFileSync(file, 'services:\n  web:\n    image: x\n    ports: ["nonsense"]\n');
  const refused = await crane('deploy', '-f', file, '--name', 'other', '--no-wait');
  assert.equal(refused.code, 2);
  assert.equal(refused.out, '');
  assert.match(refused.err, /compose\.yaml:4:\d+/);
});

test('changes, loads and removals are accepted as they are sent', async (context) => {
  const { store, ada, crane } = await start(context);
  deployedApp(store, ada);
  const unknown = await crane('scale', 'shop-1', 'nope=3', '--no-wait', '--json');
  assert.equal(Object(unknown.problem()).code, 'service.not_found');
  const scaled = await crane('scale', 'shop-1', 'web=3', '--no-wait', '--json');
  assert.equal(scaled.code, 0, scaled.err);
  assert.equal(Object(scaled.json()).operation.kind, 'scale');
  const tooMuch = await crane('load', 'shop-1', '--rate', '100000', '--duration', '1s');
  assert.equal(tooMuch.code, 2, tooMuch.err);
  const operation = Object(scaled.json()).operation.id;
  assert.equal(store.operations.find({ kind: 'all' }, operation)?.kind, 'scale');
});

test('settings are sent as a patch, shown before, and refused with what is wrong', async (context) => {
  const { store, ada, crane } = await start(context);
  deployedApp(store, ada);
  const dry = await crane('set', 'shop-1', 'web.env.MODE=fast', 'web.max=5', '--dry-run');
  assert.match(dry.out, /± web +replace[^]*x-crane\.scale\.max: 3 → 5/, dry.err);
  assert.deepEqual(store.operations.listOpen(), []);
  const same = await crane('set', 'shop-1', 'web.image=crane/whoami:1');
  assert.deepEqual([same.code, same.out.includes('Nothing would change')], [0, true]);
  const none = await crane('set', 'shop-1');
  assert.equal(none.code, 2);
  assert.equal((await crane('set', 'shop-1', 'web.privileged=true')).code, 2);
  const set = await crane('set', 'shop-1', 'web.image=crane/whoami:2', '--no-wait', '--json');
  assert.equal(Object(set.json()).operation.kind, 'deploy', set.err);
});

test('a deploy hook is made, called as its address and secret say, listed and revoked', async (context) => {
  const { store, ada, crane } = await start(context);
  deployedApp(store, ada);
  const made = await crane('hook', 'create', 'shop-1', '--service', 'web');
  const [, url = '', secret = ''] = /^CRANE_HOOK_URL=(.*)\nCRANE_HOOK_SECRET=(.*)\n$/.exec(made.out) ?? [];
  const call = async () =>
    fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{"tag":"2"}',
    });
  assert.equal((await call()).status, 202, made.err);
  const [listed] = Object((await crane('hook', 'ls', 'shop-1', '--json')).json());
  assert.deepEqual([listed.service, listed.isAnyImage, listed.lastUsedAt > 0], ['web', false, true]);
  assert.match((await crane('hook', 'ls', 'shop-1')).out, /^ID +NAME +SERVICE/);
  assert.equal((await crane('hook', 'rm', 'shop-1')).code, 2);
  assert.equal((await crane('hook', 'rm', 'shop-1', listed.id)).code, 0);
  assert.equal((await crane('hook', 'rm', 'shop-1', listed.id)).code, 1);
  assert.equal((await call()).status, 401);
});

test('a webhook is added, listed, looked into, enabled and removed', async (context) => {
  const { store, crane } = await start(context);
  const added = await crane(
    'webhook',
    'add',
    'https://example.com/x',
    '--events',
    'deployment.*,scan.done',
    '--json',
  );
  const { id, events, secret } = Object(added.json());
  assert.deepEqual(events, ['deployment.*', 'scan.done']);
  assert.match(secret, /^crane_webhook_/);
  const sent = { eventSeq: 1, kind: 'scan.done', at: 1, tookMs: 2, attempt: 1 };
  store.webhooks.recordDelivery({ ...sent, webhookId: id, status: 500, error: 'answered 500' });
  assert.match((await crane('webhook', 'deliveries', id)).out, /scan\.done +1 +500 +2 ms +answered 500/);
  store.webhooks.update(id, { state: 'disabled', reason: 'too often' });
  assert.match((await crane('webhook')).out, /disabled +deployment.\*,scan.done +https:.* +too often/);
  assert.match((await crane('webhook', 'enable', id)).out, / is active/);
  assert.equal((await crane('webhook', 'rm')).code, 2);
  assert.equal((await crane('webhook', 'rm', id)).code, 0);
  assert.equal((await crane('webhook', 'rm', id)).code, 1);
  assert.equal((await crane('webhook', 'add', 'ftp://example.com')).code, 2);
});

test('logs, decisions and an unknown decision', async (context) => {
  const { store, ada, crane } = await start(context);
  deployedApp(store, ada);
  assert.equal((await crane('logs', 'shop-1', '--tail', '3')).code, 0);
  assert.equal((await crane('decisions', 'shop-1', '--json')).out, '[]\n');
  const none = await crane('explain', 'shop-1', '--json');
  assert.equal(none.code, 1);
  assert.equal(Object(none.problem()).code, 'decision.not_found');
  assert.equal(Object((await crane('explain', 'd-none', '--json')).problem()).code, 'decision.not_found');
});

test('a wrong token is told with the fix', async (context) => {
  const { call } = await start(context);
  const { code, err } = await call(['ls'], { CRANE_TOKEN: 'crane_wrong' });
  assert.equal(code, 1);
  assert.match(err, /crane login/);
});

test('who is not logged in is told so; where no control plane runs, how to start it', async (context) => {
  const { call } = await start(context);
  for (const argv of [['ls'], ['logs', 'shop-1', '-f'], ['events']]) {
    const nobody = await call(argv, { CRANE_TOKEN: '' });
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /Nobody is logged in.*\nfix: .*crane login/);
    const began = performance.now();
    const nowhere = await call(argv, { CRANE_TOKEN: '', CRANE_URL: 'http://127.0.0.1:9' });
    assert.equal(nowhere.code, 6, nowhere.err);
    assert.match(nowhere.err, /No control plane answers at http:\/\/127\.0\.0\.1:9\.\nfix: .*crane up/);
    assert.ok(performance.now() - began < 5_000, 'at once');
  }
});

test('every mistake in how a command is called comes with what to write instead', async (context) => {
  const { store, ada, crane } = await start(context);
  deployedApp(store, ada);
  for (const argv of [
    ['scale', 'shop-1', 'web=-1'],
    ['logs', 'shop-1', '--tail', '-3'],
    ['load', 'shop-1', '--rate', '0'],
    ['load', 'shop-1', '--rate', '0', '--ramp-to', '0'],
    ['load', 'shop-1', '--rate', '10', '--duration', '0'],
    ['demo', '--rate', '0'],
    ['login', '--token', ''],
    ['ls', '--format', 'xml'],
    ['ps'],
    ['ps', 'a', 'b'],
    ['deplyo'],
    ['help', 'nothing'],
  ]) {
    const { code, err } = await crane(...argv);
    assert.equal(code, 2, `${argv.join(' ')}: ${err}`);
    assert.match(err, /^error: .+\nfix: ./, argv.join(' '));
    assert.doesNotMatch(err, /^fix: Add --help/m, argv.join(' '));
  }
});

test('exec gives output, input, exit code and JSON; what Crane cannot do is 125', async (context) => {
  const { runtime, add } = memoryWorld();
  const { store, ada, call } = await start(context, { runtime });
  deployedApp(store, ada);
  const crane = async (argv: string[], input = '') => call(argv, { CRANE_TOKEN: 'crane_ada' }, input);
  const early = await crane(['exec', 'shop-1', '--', 'cat']);
  assert.deepEqual([early.code, /No instance of web runs/.test(early.err)], [125, true]);
  await add({ slot: 1 });
  const said = await crane(['exec', 'shop-1/web', '--', 'say', 'fine', 'oh no', '7']);
  assert.deepEqual([said.code, said.out, said.err], [7, 'fine\n', 'oh no\n']);
  const echoed = await crane(['exec', 'shop-1', '-T', '--', 'cat'], 'through a pipe');
  assert.deepEqual([echoed.code, echoed.out], [0, 'through a pipe']);
  const { json } = await crane(['exec', 'shop-1', '-e', 'A=b c', '-e', 'NOT_SET', '--json', '--', 'env']);
  assert.deepEqual(json(), { instance: 'web-1-1', exitCode: 0, stdout: 'A=b c\n', stderr: '' });
  const absent = await crane(['exec', 'shop-1', '--', 'nope', '--json']);
  assert.deepEqual(
    [absent.code, absent.err.startsWith('error: The instance has no command "nope"')],
    [127, true],
  );
  for (const argv of [
    ['exec', 'shop-1/web/x', '--', 'cat'],
    ['exec', 'shop-1'],
    ['exec', 'shop-1', '--instance', '0', '--', 'cat'],
    ['exec', 'shop-1', '-e', '=x', '--', 'cat'],
    ['exec', 'shop-1', '--bad', '--', 'cat'],
  ]) {
    const wrong = await crane(argv);
    assert.deepEqual([wrong.code, /^error: .+\nfix: ./.test(wrong.err)], [125, true], argv.join(' '));
  }
  const nowhere = await call(['exec', 'shop-1', '--', 'cat'], { CRANE_URL: 'http://127.0.0.1:9' });
  assert.match(nowhere.err, /No control plane answers/);
  const nobody = await call(['exec', 'shop-1', '--', 'cat'], { CRANE_TOKEN: '' });
  assert.match(nobody.err, /Nobody is logged in/);
});
