import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { z } from 'zod';
import type { ActionDeps } from '../../src/actions/action-deps.ts';
import { checkCompose } from '../../src/actions/plan-deployment.ts';
import { createApi } from '../../src/api/create-api.ts';
import type { ApiInstance } from '../../src/api/api-instance.ts';
import { problemSchema, type Problem } from '../../src/api/schema/problem-schema.ts';
import type { App } from '../../src/core/app/app.ts';
import type { Log } from '../../src/core/port/log.ts';
import type { Store, User } from '../../src/core/port/store.ts';
import { fakeActionDeps, fakeWorld, type FakeWorld } from './action-deps.ts';
import { tempStore, twoUsers } from './temp-store.ts';

export const composeText = `
services:
  web:
    image: crane/whoami:1
    x-crane:
      route: { port: 8000 }
      scale: { min: 1, max: 3, target: { requestsPerSecond: 50 } }
`;

export type TestApi = {
  api: ApiInstance;
  store: Store;
  world: FakeWorld;
  /** `ada` is an admin, `bob` and `cid` are users; each has the token `crane_<name>`. */
  ada: User;
  bob: User;
  cid: User;
  /** Sends a request as this person; null = without a token. */
  call: (
    who: string | null,
    method: Method,
    url: string,
    more?: InjectOptions,
  ) => Promise<LightMyRequestResponse>;
  logged: { level: string; facts: Record<string, unknown>; message: string }[];
};
export type Method = 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH' | 'OPTIONS';

/** The public API on a real store; the world behind the ports is given, and `real` parts instead of some of it. */
export async function testApi(
  test: TestContext,
  given: Partial<FakeWorld> = {},
  store: Store = tempStore(test).store,
  real: Partial<ActionDeps> = {},
): Promise<TestApi> {
  const { ada, bob } = twoUsers(store);
  const cid = store.users.create({ name: 'cid', role: 'user', at: 3_000 });
  const world = fakeWorld(given);
  const deps = { ...fakeActionDeps(store, world), ...real };
  for (const { id, name } of [ada, bob, cid]) {
    const hash = deps.hashSecret(`crane_${name}`);
    store.tokens.create({ userId: id, name: 'test', hash, at: 0, expiresAt: null });
  }
  const { log, logged } = recordingLog();
  const api = createApi({ deps, log, version: '1.2.3' });
  test.after(async () => api.close());
  await api.ready();
  return {
    api,
    store,
    world,
    ada,
    bob,
    cid,
    logged,
    call: async (who, method, url, more = {}) =>
      api.inject({
        method,
        url,
        ...more,
        headers: { ...(who === null ? {} : { authorization: `Bearer crane_${who}` }), ...more.headers },
      }),
  };
}

export function recordingLog(): { log: Log; logged: TestApi['logged'] } {
  const logged: TestApi['logged'] = [];
  const at = (level: string) => (facts: Record<string, unknown>, message: string) => {
    logged.push({ level, facts, message });
  };
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, logged };
}

/** Checks that the answer is a whole problem document, and gives it. */
export function problemOf(answer: LightMyRequestResponse, status: number, code: string): Problem {
  assert.equal(answer.statusCode, status, answer.body);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const problem = problemSchema.parse(answer.json());
  assert.equal(problem.code, code);
  assert.equal(problem.status, status);
  assert.equal(problem.requestId, answer.headers['x-request-id']);
  return problem;
}

/** An app of this owner with one release, wanted twice. */
export function deployedApp(store: Store, owner: User): App {
  const app = store.apps.create({ name: 'shop', ownerId: owner.id, at: 5_000 });
  const { project } = checkCompose({ files: [{ path: 'compose.yaml', text: composeText }] }, app.uniqueName);
  const release = store.releases.create({
    appId: app.id,
    project,
    images: { web: { ref: 'crane/whoami:1', imageId: 'sha256:aa', repoDigest: null } },
    restarts: [],
    createdAt: 5_000,
    createdBy: owner.id,
  });
  store.targets.set({ appId: app.id, service: 'web', replicas: 2, at: 5_000 });
  return store.apps.update(app.id, { releaseNumber: release.number }, 5_000);
}

/** Items of a list answer. */
export function itemsOf(answer: LightMyRequestResponse): Record<string, unknown>[] {
  assert.equal(answer.statusCode, 200, answer.body);
  return z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(answer.json()).items;
}

/** The members of a JSON object answer. */
export function bodyOf(answer: LightMyRequestResponse): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(answer.json());
}

/** The port it listens on. */
export function portOf(api: ApiInstance): number {
  const address = api.server.address();
  assert.ok(typeof address === 'object' && address !== null, 'it does not listen');
  return address.port;
}
