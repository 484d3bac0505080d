import { CraneError } from '../core/error/crane-error.ts';
import type { LoadPhase, LoadSpec } from '../core/load/load.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { PublicRoute } from '../core/route/desire-routes.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { routesOfRelease } from './app-routes.ts';
import { findApp } from './find-app.ts';
import { queueOperation } from './queue-operation.ts';

export type LoadInput = {
  app: string;
  service?: string;
  path: string;
  method: 'GET' | 'POST';
  phases: readonly LoadPhase[];
  connections?: number;
  timeoutMs?: number;
};

export type LoadOrder = { id: string; spec: LoadSpec };

/** Each may be as quick as the settings allow. */
const mostLoads = 4;

/** Starts a bounded load on one of the app's own routes, through the router. */
export function startLoad(
  deps: ActionDeps,
  actor: Actor,
  input: LoadInput,
): { id: string; operation: Operation } {
  const app = findApp(deps, actor, input.app);
  const route = routesOfRelease(deps.store, app).find(
    (item) => input.service === undefined || item.service === input.service,
  );
  const [host] = route?.hosts ?? [];
  if (route === undefined || host === undefined) {
    throw new CraneError('input.invalid', {
      message: `${app.uniqueName} has no route${input.service === undefined ? '' : ` to ${input.service}`} to send load to.`,
      fix: 'Give a service x-crane.route in the compose file.',
    });
  }
  checkBounds(deps, input.phases);
  const spec: LoadSpec = {
    url: targetOf(route, deps.settings),
    host,
    path: input.path,
    method: input.method,
    phases: input.phases,
    connections: input.connections ?? 64,
    timeoutMs: input.timeoutMs ?? 10_000,
  };
  const id = deps.newId('load');
  const order: LoadOrder = { id, spec };
  const operation = deps.store.transaction(() => {
    checkOpenLoads(deps, actor);
    deps.store.loads.create({ id, appId: app.id, spec, at: deps.clock.now() });
    return queueOperation(deps, actor, app, 'load', order);
  });
  deps.operations.wake();
  return { id, operation };
}

/** With TLS only where there is nothing else: loads measure the app, and what the router sends on is no answer of the app. */
function targetOf({ tls }: PublicRoute, { routerPort, tlsPort }: ActionDeps['settings']): string {
  return tls === 'only' ? `https://127.0.0.1:${tlsPort}` : `http://127.0.0.1:${routerPort}`;
}

/** @throws `operation.limit` when so many loads of this person run. */
function checkOpenLoads({ store }: ActionDeps, actor: Actor): void {
  const own = store.operations
    .listOpen()
    .filter(({ kind, userId }) => kind === 'load' && userId === actor.user.id);
  if (own.length < mostLoads) return;
  throw new CraneError('operation.limit', {
    message: `${mostLoads} loads of yours run already.`,
    fix: 'Wait until one is over, or end it with: crane cancel',
    retryAfterSeconds: 10,
  });
}

function checkBounds(deps: ActionDeps, phases: readonly LoadPhase[]): void {
  const { maxLoadRate, maxLoadMs } = deps.settings;
  const total = phases.reduce((sum, phase) => sum + phase.durationMs, 0);
  const highest = Math.max(0, ...phases.flatMap((phase) => [phase.fromRate, phase.toRate]));
  if (total > 0 && total <= maxLoadMs && highest <= maxLoadRate) return;
  const message = `a load lasts at most ${maxLoadMs / 1000} s at no more than ${maxLoadRate} requests per second (saw ${total / 1000} s, ${highest}/s)`;
  throw new CraneError('input.invalid', {
    message,
    fix: 'Use a shorter or smaller load.',
    errors: [{ pointer: '/phases', message }],
  });
}
