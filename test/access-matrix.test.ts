import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAccessTable } from './factories/action-deps.ts';
import { deployedApp, testApi, type Method, type TestApi } from './factories/test-api.ts';
import { memoryStore } from './factories/temp-store.ts';
import { readOpenapiDocument } from '../tools/openapi-document.ts';

/** What each verb on each kind means: who must be let in. Everybody else is refused: 403, or 404 where it is an app they cannot see. */
const admitted: Record<string, readonly Asking[]> = {
  'self.view': ['admin', 'user'],
  'self.manage': ['admin', 'user'],
  'platform.view': ['admin', 'user'],
  'platform.manage': ['admin'],
  'people.view': ['admin'],
  'people.manage': ['admin'],
  'apps.view': ['admin', 'user'],
  'apps.deploy': ['admin', 'user'],
  'app.view': ['admin', 'own', 'viewer', 'operator', 'owner'],
  'app.operate': ['admin', 'own', 'operator', 'owner'],
  'app.deploy': ['admin', 'own', 'owner'],
  'app.manage': ['admin', 'own', 'owner'],
};
const onApp = ['admin', 'own', 'viewer', 'operator', 'owner', 'other'] as const;
const onNothing = ['admin', 'user'] as const;
type Asking = (typeof onApp)[number] | (typeof onNothing)[number];

const { actions } = readAccessTable();
const document = await readOpenapiDocument('1');
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    method: methodOf(method),
    path,
    id: String(operation['operationId']),
    isPublic: operation.security?.length === 0,
  })),
);
// Deploy hooks are called with a secret of their own.
const guarded = operations.filter(({ isPublic, id }) => !isPublic && id !== 'postHook' && id !== 'postAlert');

function methodOf(text: string): Method {
  const method = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).find(
    (known) => known === text.toUpperCase(),
  );
  return method ?? assert.fail(`unknown method ${text}`);
}

const nowhere = '999999';
let places = 0;

/** Bob owns a new app; cid sees it as a new group says, or not at all. */
function placesOf(
  { store, bob, cid }: TestApi,
  asking: Asking,
): { who: string; app: string; operation: string } {
  const app = deployedApp(store, bob);
  places += 1;
  const operation = `op-${places}`;
  store.operations.create({
    id: operation,
    kind: 'deploy',
    appId: app.id,
    userId: bob.id,
    at: 1,
    input: null,
  });
  if (asking === 'viewer' || asking === 'operator' || asking === 'owner') {
    const group = store.groups.create({ name: `team-${places}`, at: 1 });
    store.groups.setMember(group.id, cid.id, asking);
    store.groups.share(group.id, app.id, true);
  }
  const who = asking === 'admin' ? 'ada' : asking === 'own' || asking === 'user' ? 'bob' : 'cid';
  return { who, app: app.uniqueName, operation };
}

async function answerTo(
  made: TestApi,
  asking: Asking,
  { method, path }: { method: Method; path: string },
): Promise<{ status: number; type: string }> {
  const { who, app, operation } = placesOf(made, asking);
  const url = path
    .replace('{app}', app)
    .replace('/operations/{id}', `/operations/${operation}`)
    .replaceAll(/\{\w+\}/g, nowhere);
  // Streams answer with their head, and then go on.
  const answer = await made.api.inject({
    method,
    url,
    payloadAsStream: true,
    headers: { authorization: `Bearer crane_${who}` },
  });
  return { status: answer.statusCode, type: await problemTypeOf(answer) };
}

async function problemTypeOf(answer: {
  statusCode: number;
  stream: () => NodeJS.ReadableStream & { destroy?: () => void };
}): Promise<string> {
  const stream = answer.stream();
  if (answer.statusCode < 400) {
    stream.destroy?.();
    return '';
  }
  let text = '';
  for await (const part of stream) text += String(part);
  return /"code":"([^"]+)"/.exec(text)?.[1] ?? '';
}

describe('access by role, route and owner', () => {
  it('has a kind and a verb for every route (policies/access/data.json), and for no other', () => {
    const callable = operations.filter(({ isPublic }) => !isPublic);
    assert.deepEqual(
      callable.filter(({ id }) => actions[id] === undefined).map(({ id, path }) => `${id} (${path})`),
      [],
      'give them a kind and a verb in policies/access/data.json; until then everybody is refused there',
    );
    const known = new Set(callable.map(({ id }) => id));
    assert.deepEqual(
      Object.keys(actions).filter((id) => !known.has(id)),
      [],
      'these are no routes',
    );
    assert.deepEqual(
      Object.values(actions).filter((kind) => admitted[kind] === undefined),
      [],
    );
    assert.equal(new Set(operations.map(({ id }) => id)).size, operations.length);
  });

  it('is as the kind and verb of each route say', async (test) => {
    const made = await testApi(test, {}, memoryStore(test));
    // Bob gets more apps than users usually may have.
    made.store.users.setQuota(made.bob.id, { apps: null, instances: null });
    for (const { id, method, path } of guarded) {
      const kind = actions[id] ?? 'missing';
      const asked: readonly Asking[] = kind.startsWith('app.') ? onApp : onNothing;
      // A decision of the app is not at hand here; everybody is told the same of one that is not there.
      const isAbsent = path.includes('/decisions/');
      for (const asking of asked) {
        const { status, type } = await answerTo(made, asking, { method, path });
        const isAdmitted = admitted[kind]?.includes(asking) === true;
        const shown = `${method} ${path} by ${asking}: ${status} ${type}`;
        if (isAbsent) assert.equal(type, 'decision.not_found', shown);
        else if (isAdmitted) assert.ok(![401, 403].includes(status) && type !== 'app.not_found', shown);
        else if (asking === 'other') assert.match(type, /^(app|operation)\.not_found$/, shown);
        else assert.equal(type, 'auth.forbidden', shown);
      }
    }
  });
});
