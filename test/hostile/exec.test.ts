import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { fakeWorld } from '../factories/action-deps.ts';
import { hostileApi, type HostileApi, type Refused } from '../factories/hostile-api.ts';
import { memoryWorld } from '../factories/memory-world.ts';
import { startShippedPolicies } from '../factories/shipped-policies.ts';
import { refusedSession, talkSession } from '../factories/talk-session.ts';
import { deployedApp, portOf } from '../factories/test-api.ts';
import { openTestPlatform, type TestPlatform } from '../factories/test-platform.ts';

const command = ['say', 'x', 'y', '0'];

/** What is told instead of a session, as it would be told over HTTP. */
async function told(url: string, first: string | Buffer, token?: string): Promise<Refused> {
  const session = await talkSession(url, token);
  session.socket.send(first);
  await session.closed;
  const [event] = session.events;
  assert.equal(event?.type, 'error', JSON.stringify(session.events));
  const { problem } = event;
  return { status: problem.status, type: 'application/problem+json', body: JSON.stringify(problem) };
}

describe('commands in instances, asked for with more than a command', () => {
  let platform: TestPlatform;
  let engine: Awaited<ReturnType<typeof startShippedPolicies>>;
  before(async () => {
    platform = await openTestPlatform();
    engine = await startShippedPolicies(platform);
  });
  after(() => platform?.close());

  async function opened(test: TestContext): Promise<HostileApi & { url: string; ran: () => unknown[] }> {
    const { runtime, add } = memoryWorld();
    const policy = { ...fakeWorld().policy, decideAdmission: engine.decideAdmission };
    const made = await hostileApi(test, { runtime, policy });
    deployedApp(made.store, made.bob);
    await add({ slot: 1 });
    await made.api.listen({ host: '127.0.0.1', port: 0 });
    const ran = (): unknown[] =>
      made.store.feed.since({ kind: 'all' }, 0, 100).filter(({ kind }) => kind === 'instance.exec');
    return { ...made, ran, url: `ws://127.0.0.1:${portOf(made.api)}/api/v1/apps/shop-1` };
  }

  it('S50 fields of the engine, odd users and words, and what is no message', async (test) => {
    const { refused, ran, url } = await opened(test);
    const messages: [what: string, message: unknown, expected: RegExp][] = [
      ['Privileged', { command, Privileged: true }, /^422 input\.invalid/],
      ['privileged', { command, privileged: true }, /^422 input\.invalid/],
      ['the words of the engine', { Cmd: command, User: 'root' }, /^422/],
      ['no command', { command: [] }, /^422/],
      ['a command for a shell', { command: 'id; id' }, /^422/],
      ['a NUL', { command: ['say\0'] }, /^422/],
      ['a NUL as user', { command, user: 'x\0' }, /^422/],
      ['an endless word', { command: ['x'.repeat(200_000)] }, /^422/],
      ['too many words', { command: Array.from({ length: 5_000 }, () => 'x') }, /^422/],
      ['a variable with =', { command, environment: { 'A=B': 'x' } }, /^422/],
      ['an endless terminal', { command, tty: true, size: { rows: 1e9, columns: 1 } }, /^422/],
    ];
    for (const path of ['exec', 'run'])
      for (const [what, message, expected] of messages) {
        if (path === 'run' && what === 'no command') continue;
        await refused(`${path}: ${what}`, expected, () =>
          told(`${url}/${path}?service=web`, JSON.stringify(message)),
        );
      }
    for (const [what, text] of [
      ['no JSON', 'id'],
      ['a key twice', '{"command":["say"],"user":"65534","user":"0"}'],
      ['a prototype', '{"command":["say"],"__proto__":{"privileged":true}}'],
    ] as const)
      await refused(what, /^400 input\.malformed/, () => told(`${url}/exec`, text));
    assert.deepEqual(ran(), []);
  });

  it('S50 a message of more than a megabyte ends the connection, and nothing else', async (test) => {
    const { api, ran, url } = await opened(test);
    const socket = new WebSocket(`${url}/exec`, { headers: { authorization: 'Bearer crane_bob' } });
    await once(socket, 'open');
    socket.send(JSON.stringify({ command: Array.from({ length: 100 }, () => 'x'.repeat(20_000)) }));
    const [code] = await once(socket, 'close');
    assert.equal(code, 1009);
    assert.equal((await api.inject({ url: '/healthz' })).statusCode, 200);
    assert.deepEqual(ran(), []);
  });

  it('S50 root, where an admin says that nobody runs as root', async (test) => {
    const { refused, call, ran, url } = await opened(test);
    const strict = { role: 'user', mode: 'deny' };
    await call('ada', 'PATCH', '/api/v1/admission/policies/P11', { payload: strict });
    for (const user of ['root', '0', '0:0', 'root:root', '00', ' root'])
      await refused(user, /^(403 policy\.denied .*as root|422)/, () =>
        told(`${url}/exec`, JSON.stringify({ command, user })),
      );
    assert.deepEqual(ran(), []);
  });

  it("S50 a part of the platform, somebody else's instance, and one that is none", async (test) => {
    const { refused, ran, url } = await opened(test);
    const asked = async (path: string, token: string): Promise<Refused> => {
      const { status, body } = await refusedSession(path, token);
      return { status, type: 'application/problem+json', body: JSON.stringify(body) };
    };
    const base = url.replace(/shop-1$/, '');
    for (const ref of [
      'crane-opa',
      'f'.repeat(64),
      'crane-shop-1-web-1-1',
      '..%2fusers',
      '%00',
      'constructor',
    ])
      await refused(ref, /^404 (app|route)\.not_found/, () => asked(`${base}${ref}/exec`, 'crane_bob'));
    await refused("another's", /^404 app\.not_found/, () => asked(`${url}/exec`, 'crane_cid'));
    await refused('no such slot', /^(404|409)/, () => asked(`${url}/exec?instance=9`, 'crane_bob'));
    await refused('no such service', /^404/, () => asked(`${url}/exec?service=opa`, 'crane_bob'));
    for (const query of ['instance=-1', 'instance=1e9', 'container=x', 'privileged=true'])
      await refused(query, /^422/, () => asked(`${url}/exec?${query}`, 'crane_bob'));
    assert.deepEqual(ran(), []);
  });
});
