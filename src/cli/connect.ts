import type { z } from 'zod';
import type { Api, DeployRequest, LoadRequest, LogRequest } from './api.ts';
import { CliError, errorOfProblem } from './cli-error.ts';
import { createClient, type ApiClient, type Schemas } from './client/client.ts';
import type { CliContext } from './context.ts';
import { followStream, type StreamRequest } from './follow-stream.ts';
import { feedEvent, logLine, operationEvent } from './views.ts';

type Answer<T> = { data?: T; error?: unknown; response: Response };
type Target = { url: string; token: string | null };

/** The data of an answer. @throws CliError of its problem document, or `control.unreachable` without an answer. */
async function ask<T>(url: string, call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    throw new CliError(
      {
        code: 'control.unreachable',
        title: 'Not reachable',
        detail: `No control plane answers at ${url}.`,
        fix: 'Start it with: crane up --detach',
      },
      { cause: error },
    );
  }
  if (answer.data !== undefined) return answer.data;
  throw errorOfProblem(answer.error, answer.response.status);
}

/** A request body without what was not asked for. */
function deployBody({
  files,
  support,
  environment,
  profiles,
  pull,
}: DeployRequest): Schemas['NewDeploymentInput'] {
  return { files, support, environment, profiles, ...(pull === undefined ? {} : { pull }) };
}

function loadBody({ service, connections, timeoutMs, ...rest }: LoadRequest): Schemas['NewLoadInput'] {
  return {
    ...rest,
    ...(service === undefined ? {} : { service }),
    ...(connections === undefined ? {} : { connections }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function logsQuery({ service, follow, tail, sinceMs }: LogRequest): string {
  const query = new URLSearchParams({ follow: String(follow) });
  if (service !== undefined) query.set('service', service);
  if (tail !== null) query.set('tail', String(tail));
  if (sinceMs !== null) query.set('sinceMs', String(Math.round(sinceMs)));
  return query.toString();
}

/** Events of a stream in the shape they must have; named ones only, where a name is given. */
async function* stream<T>(
  request: StreamRequest,
  schema: z.ZodType<T>,
  name: string | null,
): AsyncIterable<T> {
  for await (const event of followStream(request)) {
    if (name !== null && event.event !== name) return;
    yield schema.parse(event.data);
  }
}

function createStreams({ url, token }: Target): Pick<Api, 'operationEvents' | 'feed' | 'logs'> {
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
        },
        operationEvent,
        'step',
      ),
    feed: (after, signal) =>
      stream(
        {
          url: `${base}/events`,
          token,
          after: after === null ? null : String(after),
          signal,
          isEndless: true,
        },
        feedEvent,
        null,
      ),
    logs: (ref, request, signal) =>
      stream(
        {
          url: `${base}/apps/${encodeURIComponent(ref)}/logs?${logsQuery(request)}`,
          token,
          after: null,
          signal,
          isEndless: false,
        },
        logLine,
        null,
      ),
  };
}

function createReads(url: string, client: ApiClient) {
  const of = (app: string) => ({ params: { path: { app } } });
  const byId = (id: string) => ({ params: { path: { id } } });
  return {
    me: async () => ask(url, client.GET('/api/v1/me')),
    status: async () => ask(url, client.GET('/api/v1/status')),
    apps: async () => (await ask(url, client.GET('/api/v1/apps'))).items,
    app: async (ref) => ask(url, client.GET('/api/v1/apps/{app}', of(ref))),
    instances: async (ref) => (await ask(url, client.GET('/api/v1/apps/{app}/instances', of(ref)))).items,
    load: async (ref, id) => {
      const { report } = await ask(
        url,
        client.GET('/api/v1/apps/{app}/loads/{id}', { params: { path: { app: ref, id } } }),
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
      return (await ask(url, client.GET('/api/v1/decisions', { params: { query } }))).items;
    },
    decision: async (id) => ask(url, client.GET('/api/v1/decisions/{id}', byId(id))),
    operation: async (id) => ask(url, client.GET('/api/v1/operations/{id}', byId(id))),
  } satisfies Partial<Api>;
}

function createWrites(url: string, client: ApiClient) {
  const of = (app: string) => ({ params: { path: { app } } });
  return {
    setUp: async (body) => ask(url, client.POST('/api/v1/setup', { body })),
    create: async ({ name, ...request }) =>
      ask(
        url,
        client.POST('/api/v1/apps', {
          body: { ...deployBody(request), ...(name === undefined ? {} : { name }) },
        }),
      ),
    redeploy: async (ref, request) =>
      ask(url, client.POST('/api/v1/apps/{app}/deployments', { ...of(ref), body: deployBody(request) })),
    scale: async (ref, services) =>
      ask(url, client.POST('/api/v1/apps/{app}/scale', { ...of(ref), body: { services } })),
    stop: async (ref) => ask(url, client.POST('/api/v1/apps/{app}/stop', of(ref))),
    start: async (ref) => ask(url, client.POST('/api/v1/apps/{app}/start', of(ref))),
    restart: async (ref, service) =>
      ask(
        url,
        client.POST('/api/v1/apps/{app}/restart', {
          ...of(ref),
          body: service === undefined ? {} : { service },
        }),
      ),
    remove: async (ref, volume) =>
      ask(url, client.DELETE('/api/v1/apps/{app}', { params: { path: { app: ref }, query: { volume } } })),
    startLoad: async (ref, request) =>
      ask(url, client.POST('/api/v1/apps/{app}/loads', { ...of(ref), body: loadBody(request) })),
    cancel: async (id) => {
      await ask(url, client.DELETE('/api/v1/operations/{id}', { params: { path: { id } } }));
    },
  } satisfies Partial<Api>;
}

/**
 * The control plane of the settings, or another one. Nothing is sent before the first call.
 * @throws CliError `auth.missing` when nobody is logged in there.
 */
export function connect({ settings }: Pick<CliContext, 'settings'>, target?: Target): Api {
  const url = (target?.url ?? settings.url()).replace(/\/+$/, '');
  const token = target === undefined ? settings.token(url) : target.token;
  if (token === null && target === undefined) {
    throw new CliError({
      code: 'auth.missing',
      title: 'Not logged in',
      detail: `Nobody is logged in to ${url}.`,
      fix: 'Run crane up here, or crane login --token TOKEN with a token you were given.',
    });
  }
  const client = createClient({ url, token });
  return { url, ...createReads(url, client), ...createWrites(url, client), ...createStreams({ url, token }) };
}
