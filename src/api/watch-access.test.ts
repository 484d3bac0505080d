import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { text as textOf } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { deployedApp, portOf, testApi, type TestApi } from '../../test/factories/test-api.ts';

type Opened = TestApi & {
  /** A stream of events that this person reads; gives all of it when it ends. */
  stream: (who: string, path: string) => Promise<{ rest: Promise<string> }>;
  socket: (who: string) => Promise<{ messages: string[]; closed: Promise<unknown> }>;
};

/** Bob owns shop-1; everything is open on a real port. */
async function opened(test: TestContext): Promise<Opened> {
  const made = await testApi(test);
  deployedApp(made.store, made.bob);
  await made.api.listen({ host: '127.0.0.1', port: 0 });
  const port = portOf(made.api);
  return {
    ...made,
    stream: async (who, path) => {
      const sent = request({ port, path, headers: { authorization: `Bearer crane_${who}` } }).end();
      const answer: IncomingMessage = (await once(sent, 'response'))[0];
      assert.equal(answer.statusCode, 200);
      return { rest: textOf(answer) };
    },
    socket: async (who) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/apps/shop-1/run?service=web`, {
        headers: { authorization: `Bearer crane_${who}` },
      });
      const messages: string[] = [];
      socket.on('message', (data: Buffer) => messages.push(data.toString()));
      await once(socket, 'open');
      return { messages, closed: once(socket, 'close') };
    },
  };
}

const change = async ({ call }: TestApi, name: string, payload: object): Promise<void> => {
  const answer = await call('ada', 'PATCH', `/api/v1/users/${name}`, { payload });
  assert.equal(answer.statusCode, 200, answer.body);
};

describe('what is open', () => {
  it('S07 ends for a person who was just disabled: streams, and sessions', async (test) => {
    const made = await opened(test);
    const { rest } = await made.stream('bob', '/api/v1/events?follow=true');
    const { messages, closed } = await made.socket('bob');
    const other = await made.socket('ada');
    await change(made, 'bob', { isDisabled: true });
    assert.match(await rest, /event: error\ndata: \{[^\n]*"code":"auth.invalid"/);
    await closed;
    assert.match(messages.join(), /"code":"auth.invalid"/);
    assert.deepEqual(other.messages, []);
  });

  it('S07 ends for an admin who was demoted and reads what is somebody else’s', async (test) => {
    const made = await opened(test);
    await change(made, 'cid', { role: 'admin' });
    const { rest } = await made.stream('cid', '/api/v1/apps/shop-1/stats?follow=true');
    const own = await made.stream('cid', '/api/v1/events?follow=true');
    await change(made, 'cid', { role: 'user' });
    assert.match(await rest, /"code":"app.not_found"/);
    await made.api.close();
    assert.doesNotMatch(await own.rest, /"code":"auth/, 'what a user may do goes on');
  });

  it('ends with its token, with a group that shared the app, and with the app going to somebody else', async (test) => {
    const made = await opened(test);
    const { call, store, cid } = made;
    const group = store.groups.create({ name: 'team', at: 1 });
    store.groups.setMember(group.id, cid.id, 'viewer');
    store.groups.share(group.id, 1, true);
    const shared = await made.stream('cid', '/api/v1/apps/shop-1/stats?follow=true');
    await call('ada', 'DELETE', '/api/v1/groups/team/members/cid');
    assert.match(await shared.rest, /"code":"app.not_found"/);

    const gone = await made.stream('bob', '/api/v1/apps/shop-1/stats?follow=true');
    const answer = await call('bob', 'POST', '/api/v1/apps/shop-1/transfer', { payload: { to: 'cid' } });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.match(await gone.rest, /"code":"app.not_found"/);

    const last = await made.stream('bob', '/api/v1/events?follow=true');
    const token = store.tokens.list(made.bob.id)[0]?.id ?? 0;
    assert.equal((await call('bob', 'DELETE', `/api/v1/me/tokens/${token}`)).statusCode, 204);
    assert.match(await last.rest, /"code":"auth.invalid"/);
  });

  it('goes on while the policy engine is down, but for who is gone', async (test) => {
    const made = await opened(test);
    const { call, store, world, ada, bob } = made;
    const { rest } = await made.stream('bob', '/api/v1/events?follow=true');
    const own = await made.stream('ada', '/api/v1/events?follow=true');
    world.policy.fail('policy.unavailable');
    store.users.update(bob.id, { isDisabled: true });
    // A change that no policy is asked about.
    store.settings.set('registration.mode', 'open');
    const payload = { name: 'eve', password: 'correct horse battery' };
    assert.equal((await call(null, 'POST', '/api/v1/registrations', { payload })).statusCode, 201);
    assert.match(await rest, /"code":"auth.invalid"/);
    assert.equal(store.users.find(ada.id)?.isDisabled, false);
    await made.api.close();
    assert.doesNotMatch(await own.rest, /event: error/);
  });
});
