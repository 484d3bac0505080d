import { placeOf } from '../client/split-socket.ts';
import type { Api, LoadRequest } from './api.ts';
import { createAsk, type Ask } from './ask.ts';
import { deployBody } from './deploy-body.ts';
import { createBuildCalls } from '../build/build-calls.ts';
import { createBundleCalls } from './bundle-calls.ts';
import { createDelivery } from './connect-delivery.ts';
import { createTellingCalls } from './telling-calls.ts';
import { CliError } from '../cli-error.ts';
import { createClient, type ApiClient, type Schemas } from '../client/client.ts';
import { createSessions } from './connect-session.ts';
import { createFileCalls } from '../copy/file-calls.ts';
import type { CliContext } from '../context.ts';
import { followStream, type StreamRequest } from './follow-stream.ts';
import { streamLogs } from './log-stream.ts';
import { withoutLogin } from './without-login.ts';
import { createFactorCalls } from './factor-calls.ts';
import { createPeopleCalls } from './people-calls.ts';
import { createAuthorityCalls } from './authority-calls.ts';
import { parseOperationEvent } from './parse-operation-event.ts';
import { createAdmissionCalls } from './admission-calls.ts';
import { createChaosCalls } from './chaos-calls.ts';
import { createCostCalls } from './cost-calls.ts';
import { createLabCalls } from './lab-calls.ts';
import { createPolicyCalls } from './policy-calls.ts';
import { createRuleCalls } from './rule-calls.ts';
import { createScalingCalls } from './scaling-calls.ts';

type Target = { url: string; token: string | null };

function loadBody({ service, connections, timeoutMs, ...rest }: LoadRequest): Schemas['NewLoadInput'] {
  return {
    ...rest,
    ...(service === undefined ? {} : { service }),
    ...(connections === undefined ? {} : { connections }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** What parses what comes in streams; loaded when something is to come. */
const schemas = async () => import('./views.ts');

/** Events of a stream in the shape they must have; named ones only, where a name is given. */
async function* stream<T>(
  request: StreamRequest,
  parse: (data: unknown) => T | Promise<T>,
  name: string | null,
): AsyncIterable<T> {
  try {
    for await (const event of followStream(request)) {
      if (event.event === 'end' || (name !== null && event.event !== name)) return;
      yield await parse(event.data);
    }
  } catch (error) {
    throw withoutLogin(placeOf(request.url), error);
  }
}

function createStreams({
  url,
  token,
}: Target): Pick<Api, 'operationEvents' | 'feed' | 'logs' | 'followStats'> {
  const base = `${url}/api/v1`;
  return {
    // After its last step the stream says how the operation ended, under another name.
    operationEvents: (id, signal) =>
      stream(
        {
          url: `${base}/operations/${encodeURIComponent(id)}/events`,
          token,
          after: null,
          signal,
          isEndless: true,
          isKnown: true,
        },
        parseOperationEvent,
        'step',
      ),
    feed: (after, signal, { sinceMs = null, isEndless = true } = {}) =>
      stream(
        {
          url: `${base}/events?follow=${String(isEndless)}${sinceMs === null ? '' : `&sinceMs=${Math.round(sinceMs)}`}`,
          token,
          after: after === null ? null : String(after),
          signal,
          isEndless: true,
        },
        async (data) => (await schemas()).feedEvent.parse(data),
        null,
      ),
    logs: (ref, request, signal) =>
      streamLogs(`${base}/apps/${encodeURIComponent(ref)}/logs`, request, { token, signal }),
    followStats: (ref, signal) =>
      stream(
        {
          url: `${base}/apps/${encodeURIComponent(ref)}/stats?follow=true`,
          token,
          after: null,
          signal,
          isEndless: false,
        },
        async (data) => (await schemas()).usageReport.parse(data),
        null,
      ),
  };
}

function createReads(ask: Ask, client: ApiClient) {
  const of = (app: string) => ({ params: { path: { app } } });
  const byId = (id: string) => ({ params: { path: { id } } });
  return {
    me: async () => ask((signal) => client.GET('/api/v1/me', { signal })),
    createToken: async (body: { name: string; expiresInSeconds: number }) =>
      ask((signal) => client.POST('/api/v1/me/tokens', { body, signal })),
    status: async () => ask((signal) => client.GET('/api/v1/status', { signal })),
    apps: async () => (await ask((signal) => client.GET('/api/v1/apps', { signal }))).items,
    app: async (ref) => ask((signal) => client.GET('/api/v1/apps/{app}', { ...of(ref), signal })),
    instances: async (ref) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/instances', { ...of(ref), signal }))).items,
    stats: async (ref) =>
      (await schemas()).usageReport.parse(
        await ask((signal) => client.GET('/api/v1/apps/{app}/stats', { ...of(ref), signal })),
      ),
    processes: async (app, service) => {
      const params = { path: { app }, query: service === null ? {} : { service } };
      return (await ask((signal) => client.GET('/api/v1/apps/{app}/processes', { params, signal }))).items;
    },
    ports: async (app, query) => {
      const params = { path: { app }, query };
      return (await ask((signal) => client.GET('/api/v1/apps/{app}/ports', { params, signal }))).items;
    },
    releases: async (ref) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/releases', { ...of(ref), signal }))).items,
    check: async ({ name, pull: _pull, builds: _builds, isBuilding: _isBuilding, ...request }) => {
      const body = { ...deployBody(request), ...(name === undefined ? {} : { name }) };
      return ask((signal) => client.POST('/api/v1/apps:check', { body, signal }));
    },
    plan: async (ref, { name, ...request }) => {
      if (ref !== null) {
        const body = deployBody(request);
        return ask((signal) =>
          client.POST('/api/v1/apps/{app}/deployments:plan', { ...of(ref), body, signal }),
        );
      }
      const body = { ...deployBody(request), ...(name === undefined ? {} : { name }) };
      return ask((signal) => client.POST('/api/v1/apps:plan', { body, signal }));
    },
    load: async (ref, id) => {
      const params = { path: { app: ref, id } };
      const { report } = await ask((signal) =>
        client.GET('/api/v1/apps/{app}/loads/{id}', { params, signal }),
      );
      if (report === null)
        throw new CliError({ code: 'load.not_found', detail: `The load ${id} has no report.` });
      return report;
    },
    decisions: async ({ app, onlyChanges, limit }) => {
      const query = {
        limit,
        ...(app === undefined ? {} : { app }),
        ...(onlyChanges === true ? { onlyChanges } : {}),
      };
      return (await ask((signal) => client.GET('/api/v1/decisions', { params: { query }, signal }))).items;
    },
    decision: async (id) => ask((signal) => client.GET('/api/v1/decisions/{id}', { ...byId(id), signal })),
    operation: async (id) => ask((signal) => client.GET('/api/v1/operations/{id}', { ...byId(id), signal })),
  } satisfies Partial<Api>;
}

function createWrites(ask: Ask, client: ApiClient) {
  const of = (app: string) => ({ params: { path: { app } } });
  return {
    setUp: async (body) => ask((signal) => client.POST('/api/v1/setup', { body, signal })),
    create: async ({ name, isUpdating, ...request }) => {
      const body = {
        ...deployBody(request),
        ...(name === undefined ? {} : { name }),
        ...(isUpdating === undefined ? {} : { isUpdating }),
      };
      return ask((signal) => client.POST('/api/v1/apps', { body, signal }));
    },
    redeploy: async (ref, request) =>
      ask((signal) =>
        client.POST('/api/v1/apps/{app}/deployments', {
          ...of(ref),
          body: {
            ...deployBody(request),
            ...(request.canary === undefined ? {} : { canary: request.canary }),
          },
          signal,
        }),
      ),
    scale: async (ref, services, forMs) => {
      const body = { services, ...(forMs === undefined ? {} : { forMs }) };
      return ask((signal) => client.POST('/api/v1/apps/{app}/scale', { ...of(ref), body, signal }));
    },
    stop: async (ref) => ask((signal) => client.POST('/api/v1/apps/{app}/stop', { ...of(ref), signal })),
    start: async (ref) => ask((signal) => client.POST('/api/v1/apps/{app}/start', { ...of(ref), signal })),
    restart: async (ref, service) => {
      const body = service === undefined ? {} : { service };
      return ask((signal) => client.POST('/api/v1/apps/{app}/restart', { ...of(ref), body, signal }));
    },
    rollback: async (ref, release) => {
      const body = release === undefined ? {} : { release };
      return ask((signal) => client.POST('/api/v1/apps/{app}/rollback', { ...of(ref), body, signal }));
    },
    weighCanary: async (ref, weight) =>
      ask((signal) => client.PUT('/api/v1/apps/{app}/canary', { ...of(ref), body: { weight }, signal })),
    abortCanary: async (ref) =>
      ask((signal) => client.DELETE('/api/v1/apps/{app}/canary', { ...of(ref), signal })),
    pause: async (ref) => ask((signal) => client.POST('/api/v1/apps/{app}/pause', { ...of(ref), signal })),
    resume: async (ref) => ask((signal) => client.POST('/api/v1/apps/{app}/resume', { ...of(ref), signal })),
    promoteCanary: async (ref) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/promote', { ...of(ref), signal })),
    transfer: async (ref, to) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/transfer', { ...of(ref), body: { to }, signal })),
    rename: async (ref, name) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/rename', { ...of(ref), body: { name }, signal })),
    clone: async (ref, body) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/clone', { ...of(ref), body, signal })),
    remove: async (ref, volume) => {
      const params = { path: { app: ref }, query: { volume } };
      return ask((signal) => client.DELETE('/api/v1/apps/{app}', { params, signal }));
    },
    startLoad: async (ref, request) =>
      ask((signal) =>
        client.POST('/api/v1/apps/{app}/loads', { ...of(ref), body: loadBody(request), signal }),
      ),
  } satisfies Partial<Api>;
}

/** The control plane of the settings, or another one. Nothing is sent before the first call. */
export function connect({ settings, signal }: Pick<CliContext, 'settings' | 'signal'>, target?: Target): Api {
  const url = (target?.url ?? settings.url()).replace(/\/+$/, '');
  const token = target === undefined ? settings.token(url) : target.token;
  const client = createClient({ url, token });
  const ask = createAsk(url, signal);
  // What is cancelled after Ctrl-C must still be sent.
  const askLast = createAsk(url, new AbortController().signal);
  return {
    url,
    ...createReads(ask, client),
    ...createWrites(ask, client),
    scaling: createScalingCalls(ask, client),
    rules: createRuleCalls(ask, client),
    policies: createPolicyCalls(ask, client),
    admission: createAdmissionCalls(ask, client),
    cost: createCostCalls(ask, client),
    labs: createLabCalls(ask, client),
    chaos: createChaosCalls(ask, client),
    people: createPeopleCalls(ask, client),
    factors: createFactorCalls(ask, client),
    authority: createAuthorityCalls(ask, client),
    ...createTellingCalls(ask, client, { url, token }),
    ...createBundleCalls(ask, client),
    delivery: createDelivery(ask, client),
    ...createStreams({ url, token }),
    ...createBuildCalls(ask, client, { url, token, signal }),
    ...createSessions({ url, token }),
    ...createFileCalls({ url, token, signal }),
    cancel: async (id) => {
      await askLast((last) =>
        client.DELETE('/api/v1/operations/{id}', { params: { path: { id } }, signal: last }),
      );
    },
  };
}
