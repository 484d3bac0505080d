import { join } from 'node:path';
import { z } from 'zod';
import { createApi } from '../../src/api/create-api.ts';
import { startControl, type Control } from '../../src/control/start-control.ts';
import { CraneError } from '../../src/core/error/crane-error.ts';
import { partNames } from '../../src/core/port/parts.ts';
import type { Store } from '../../src/core/port/store.ts';
import { createMemoryHistory } from '../../src/observe/memory/create-memory-history.ts';
import { createMemoryMetrics, createMemoryRules } from '../../src/observe/memory/create-memory-metrics.ts';
import { readShippedPolicies } from '../../src/policy/opa/read-shipped-policies.ts';
import { createMemoryPolicyEngine } from '../../src/policy/memory/create-memory-policy-engine.ts';
import { createMemoryCertificates } from '../../src/proxy/memory/create-memory-certificates.ts';
import { createMemoryProxy } from '../../src/proxy/memory/create-memory-proxy.ts';
import { createMemoryRuntime, type MemoryRuntime } from '../../src/runtime/memory/memory-runtime.ts';
import { createMemoryScanner, type MemoryScanner } from '../../src/scan/memory/create-memory-scanner.ts';
import { openStore } from '../../src/store/open-store.ts';
import { fakeActionDeps, fakeWorld, readAccessTable } from './action-deps.ts';
import { testSettings } from './control.ts';
import { createMemoryContexts } from './memory-contexts.ts';
import { realClock } from './memory-world.ts';
import { portOf } from './test-api.ts';

const root = join(import.meta.dirname, '../..');
const quiet = { debug: () => undefined, info: () => undefined };

/** The whole control plane in this process: the real store, loops and API, on models of the engine and of the parts. */
export type MemoryCrane = {
  url: string;
  /** Of `ada`, an admin. */
  token: string;
  store: Store;
  runtime: MemoryRuntime;
  scanner: MemoryScanner;
  metrics: ReturnType<typeof createMemoryMetrics>;
  history: ReturnType<typeof createMemoryHistory>;
  /** A request as `ada`; throws when it is refused. */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Deploys a compose file, to `app` or as a new one, and waits for its end; resolves to the unique name, whatever came of it. */
  deploy(text: string, app?: string): Promise<string>;
  close(): Promise<void>;
};

/** With the built pages of `pages` on the same port, when it is given; `port` 0 = any. */
export async function createMemoryCrane({
  port = 0,
  pages,
  paces = {},
}: { port?: number; pages?: string; paces?: Partial<typeof testSettings> } = {}): Promise<MemoryCrane> {
  const store = openStore({ path: ':memory:' });
  const runtime = createMemoryRuntime({ clock: realClock });
  runtime.controls.addForeignContainer(testSettings.routerContainer);
  const models = {
    metrics: createMemoryMetrics(),
    history: createMemoryHistory(),
    scanner: createMemoryScanner(),
    policy: createMemoryPolicyEngine({ access: readAccessTable() }),
  };
  const { texts } = await readShippedPolicies(join(root, 'policies'), 'memory');
  for (const text of texts) store.policies.keepText(text, Date.now());
  const world = fakeWorld({ now: Date.now(), policy: models.policy, history: models.history });
  const deps = { ...fakeActionDeps(store, world), clock: realClock, runtime, parts: allWell() };
  const contexts = createMemoryContexts(realClock.now);
  const control = startControl({
    ...deps,
    ...models,
    contexts,
    proxy: createMemoryProxy(),
    certificates: createMemoryCertificates(),
    rules: createMemoryRules(),
    loads: { run: () => Promise.reject(new CraneError('part.unavailable', 'Models take no load.')) },
    probe: async ({ address }) => runtime.controls.isServing(address),
    workFiles: { write: async (app) => `/work-files/${app}`, finish: async () => undefined },
    log: { ...quiet, warn: console.warn, error: console.error },
    crashPoint: () => undefined,
    settings: { ...testSettings, ...paces },
  });
  const api = createApi({
    deps: { ...deps, contexts, ...carriedBy(control) },
    log: { ...quiet, warn: console.warn, error: console.error },
    version: 'memory',
    isReady: control.isReady,
    ...(pages === undefined ? {} : { pages }),
  });
  const ada = store.users.create({ name: 'ada', role: 'admin', at: Date.now() });
  const token = 'crane_memory';
  const secret = { hash: deps.hashSecret(token), expiresAt: null };
  store.tokens.create({ userId: ada.id, name: 'pages', at: Date.now(), ...secret });
  await api.listen({ host: '127.0.0.1', port });
  const url = `http://127.0.0.1:${portOf(api)}`;
  const call = caller(url, token);
  return {
    url,
    token,
    store,
    runtime,
    ...models,
    call,
    deploy: (text, app) => deployWith(call, text, app),
    close: async () => {
      await api.close();
      await control.stop();
      store.close();
    },
  };
}

function carriedBy(control: Control) {
  const { observed, nudge, wakeAlerts, wakeAudit, operations, rulesChanged, oneOffs } = control;
  return { observed, nudge, wakeAlerts, wakeAudit, operations, rulesChanged, oneOffs };
}

/** Six parts that are well: nobody takes them away here. */
function allWell() {
  const since = Date.now();
  return {
    observe: async () =>
      partNames.map((name) => ({
        name,
        state: 'ok' as const,
        version: 'model',
        since,
        checkedAt: Date.now(),
        reason: null,
        consequence: null,
        url: null,
      })),
  };
}

function caller(url: string, token: string): MemoryCrane['call'] {
  return async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
}

const accepted = z.object({
  app: z.object({ uniqueName: z.string() }),
  operation: z.object({ id: z.string() }),
});
const operation = z.object({ endedAt: z.number().nullable() });

async function deployWith(call: MemoryCrane['call'], text: string, to?: string): Promise<string> {
  const body = { files: [{ path: 'compose.yaml', text }] };
  const path = to === undefined ? '/apps' : `/apps/${to}/deployments`;
  const { app, operation: begun } = accepted.parse(await call('POST', path, body));
  while (operation.parse(await call('GET', `/operations/${begun.id}`)).endedAt === null)
    await realClock.wait(50);
  return app.uniqueName;
}
