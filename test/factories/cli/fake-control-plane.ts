import { quotaState } from './sample-documents.ts';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  app,
  decision,
  explanation,
  instance,
  operation,
  replay,
  ruleSet,
  report,
  schedule,
  simulation,
  status,
  usage,
  user,
} from './sample-documents.ts';
import type { OperationView } from '../../../src/cli/calls/views.ts';

export type Seen = {
  method: string;
  path: string;
  body: unknown;
  authorization: string | undefined;
  lastEventId: string | undefined;
};
const failed: OperationView = {
  ...operation,
  id: 'op-2',
  kind: 'scale',
  status: 'failed',
  error: {
    code: 'deployment.timed_out',
    message: 'shop-1 was not ready within 60 s',
    fix: 'Look at: crane logs shop-1',
  },
};
/** Held, paused, and within a window. */
const heldApp = {
  ...app,
  uniqueName: 'held-2',
  services: app.services.map((service) => ({
    ...service,
    mode: 'paused',
    modeBy: 'ann',
    override: { replicas: 5, until: Date.now() + 1_800_000, by: 'ann', previous: 2 },
    window: { ...schedule, since: 0, until: 9_000_000 },
  })),
};
const steps = [
  {
    operationId: 'op-1',
    seq: 1,
    at: 1,
    step: 'image.web',
    state: 'started',
    text: 'resolving web:1',
    data: {},
  },
  {
    operationId: 'op-1',
    seq: 2,
    at: 2,
    step: 'image.web',
    state: 'done',
    text: 'web:1 is sha256:1',
    data: {},
  },
  { operationId: 'op-1', seq: 3, at: 3, step: 'end', state: 'done', text: 'deploy succeeded', data: {} },
];
export const logLines = [
  { instance: 'web-1-1', stream: 'stdout', at: 0, text: 'hello' },
  { instance: 'web-1-2', stream: 'stderr', at: 1, text: 'evil \u001b[2J' },
];
const problem = (code: string, exitCode: number, status: number) => ({
  type: `/problems/${code}`,
  title: code,
  status,
  detail: `It is ${code}.`,
  code,
  exitCode,
  fix: 'Mend it.',
  requestId: 'r-1',
});

const publishedAt = (address: string) => ({
  instance: 'web-1-1',
  service: 'web',
  port: 80,
  protocol: 'tcp',
  address,
  publishedPort: 8000,
});

/** What the fake control plane answers: JSON, a problem (by its status), or a stream of events. */
const answers: Record<string, unknown> = {
  'POST /setup': { user, token: 'crane_new' },
  'GET /me': user,
  'GET /me/quota': quotaState,
  'GET /users/bob/quota': quotaState,
  'PUT /users/bob/quota': quotaState,
  'GET /quota': quotaState.quota,
  'GET /me/second-factor': { isOn: true, since: 1_782_000_000_000, codesLeft: 9 },
  'POST /me/second-factor:confirm': { codes: ['AAAA-BBBB-CCCC-DDDD'] },
  'DELETE /users/bob/second-factor': {},
  'POST /apps/shop-1/transfer': { app: 'shop-1', owner: 'bob' },
  'POST /me/tokens': {
    token: { id: 7, name: 'web pages', createdAt: 1, expiresAt: 2, lastUsedAt: null },
    secret: 'crane_once',
  },
  'GET /status': status,
  'GET /apps': { items: [app] },
  'GET /apps/shop-1': app,
  'GET /apps/gone-9': problem('app.not_found', 1, 404),
  'GET /apps/shop-1/instances': { items: [instance] },
  'GET /apps/shop-1/stats': usage,
  'GET /apps/shop-1/stats?follow=true': [usage, usage],
  'POST /apps': {
    app,
    operation,
    warnings: [{ pointer: '/x', place: 'compose.yaml:1:1', message: 'is ignored' }],
  },
  'POST /apps/shop-1/deployments': { app, operation, warnings: [] },
  'POST /decisions/d-1/replay': replay,
  'POST /decisions:replay': { replayed: 500, same: 499, differ: 1, different: [replay] },
  'POST /apps/shop-1/scale:simulate': simulation,
  'GET /apps/shop-1/rules': ruleSet,
  'POST /apps/shop-1/rules': ruleSet,
  'DELETE /apps/shop-1/rules/slow': ruleSet,
  'GET /apps/shop-1/rule-versions': { items: [ruleSet] },
  'POST /apps/shop-1/rules:rollback': ruleSet,
  'POST /apps/shop-1/rules:preview': {
    expr: 'up > 0',
    from: 0,
    to: 3_600_000,
    firings: [{ from: 0, to: 60_000 }],
    firingMs: 60_000,
    seriesNow: 0,
    valueNow: null,
  },
  'GET /apps/held-2': heldApp,
  'GET /apps/held-2/instances': { items: [instance] },
  'PUT /apps/shop-1/mode': heldApp,
  'POST /apps/shop-1/scale:auto': app,
  'GET /apps/shop-1/schedules': { items: [schedule] },
  'POST /apps/shop-1/schedules': schedule,
  'DELETE /apps/shop-1/schedules/2': {},
  'POST /apps/shop-1/scale': { app, operation: failed },
  'POST /apps/shop-1/stop': { app, operation },
  'DELETE /apps/shop-1': { app, operation },
  'GET /operations/op-1': operation,
  'GET /operations/op-2': failed,
  'GET /operations/op-1/events': steps,
  'GET /operations/op-2/events': [
    { operationId: 'op-2', seq: 1, at: 1, step: 'end', state: 'failed', text: 'no', data: {} },
  ],
  'GET /apps/shop-1/logs': logLines,
  'GET /apps/shop-1/processes': {
    items: [
      { instance: 'web-1-1', service: 'web', titles: ['PID', 'CMD'], processes: [['7', 'serve']] },
      {
        instance: 'web-1-2',
        service: 'web',
        titles: ['PID', 'TIME', 'CMD'],
        processes: [['9', '0:01', 'serve']],
      },
    ],
  },
  'GET /apps/shop-1/ports': { items: ['127.0.0.1', '::1'].map(publishedAt) },
  'GET /apps/held-2/ports': { items: [] },
  'GET /events': [
    // Of the time when it was called otherwise.
    { seq: 3, at: 1, kind: 'app.scaled', appId: 1, app: 'store-1', text: 'store-1 has 2 of web', data: {} },
    { seq: 4, at: 1, kind: 'app.scaled', appId: 1, app: 'shop-1', text: 'shop-1 has 3 of web', data: {} },
    { seq: 5, at: 2, kind: 'app.scaled', appId: 2, app: 'held-2', text: 'held-2 has 3 of web', data: {} },
  ],
  'POST /apps/shop-1/loads': { id: 'load-1', operation },
  'GET /apps/shop-1/loads/load-1': { id: 'load-1', spec: {}, report },
  'GET /decisions': { items: [decision], nextCursor: null },
  'GET /decisions/d-1': explanation,
};

function isProblem(value: unknown): value is ReturnType<typeof problem> {
  return typeof value === 'object' && value !== null && 'exitCode' in value;
}

/**
 * A control plane that answers with canned documents of the right shapes and notes what it was asked. Lists of events
 * are streams that end.
 */
export async function startFakeControlPlane() {
  const seen: Seen[] = [];
  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const { method = '', url = '/', headers } = request;
    const { pathname, search } = new URL(url, 'http://localhost');
    const path = pathname.replace('/api/v1', '');
    seen.push({
      method,
      path: url,
      body: body === '' ? null : JSON.parse(body),
      authorization: headers.authorization,
      lastEventId: headers['last-event-id']?.toString(),
    });
    const value =
      answers[`${method} ${path}${search}`] ??
      answers[`${method} ${path}`] ??
      problem('route.not_found', 1, 404);
    if (Array.isArray(value)) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        value
          .map(
            (item, index) =>
              `id: ${index + 1}\nevent: ${typeof item === 'object' && item !== null && 'step' in item ? 'step' : 'line'}\ndata: ${JSON.stringify(item)}\n\n`,
          )
          .join('') +
          (/\/(logs|events)$/.test(path) && !path.startsWith('/operations')
            ? 'event: end\ndata: {}\n\n'
            : ''),
      );
      return;
    }
    const isBad = isProblem(value);
    const type = isBad ? 'application/problem+json' : 'application/json';
    response.writeHead(isBad ? value.status : 200, { 'content-type': type });
    response.end(JSON.stringify(value));
  }
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => answer(request, response, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The fake control plane has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
