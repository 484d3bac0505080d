import type { App } from '../core/app/app.ts';
import type { ScaleSettings } from '../core/compose/scale-settings.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import { describeOverride } from '../core/scaling/steering.ts';
import { publishedPorts } from '../core/route/published-ports.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { refuseWhileBusy } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';
import { readSteering } from './read-steering.ts';
import { requireRoomToRun } from './require-quota.ts';
import { recordPersonDecision } from './record-person-decision.ts';
import { requireService } from './restart-app.ts';

/** Most replicas a person may ask of a service that has no `scale` block. */
export const replicaLimit = 50;

/**
 * Sets the replicas wanted. A service with a `scale` block stays within its bounds; each change is one decision of this
 * person. With `forMs` it is an override: the autoscaler leaves the number alone until its time is over. Without, an
 * override ends.
 */
export function scaleService(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; replicas: Readonly<Record<string, number>>; forMs?: number },
): { app: App; operation: Operation } {
  const accepted = deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    refuseWhileBusy(deps, app);
    if (app.intent !== 'running')
      throw new CraneError('app.conflict', {
        message: `${app.uniqueName} is ${app.intent}.`,
        fix: `Start it first: crane start ${app.uniqueName}`,
      });
    for (const [service, replicas] of Object.entries(input.replicas))
      requireBounds(deps, app, { service, replicas });
    requireRoomToRun(deps, app, { replicas: input.replicas });
    for (const [service, replicas] of Object.entries(input.replicas))
      scaleOne(deps, actor, app, { service, replicas, forMs: input.forMs ?? null });
    const changed = deps.store.apps.update(app.id, {}, deps.clock.now());
    return {
      app: changed,
      operation: queueOperation(deps, actor, changed, 'scale', { replicas: input.replicas }),
    };
  });
  wakeFor(deps, accepted.app);
  return accepted;
}

function requireBounds(
  deps: ActionDeps,
  app: App,
  { service, replicas }: { service: string; replicas: number },
): void {
  requireService(deps, app, service);
  const bounds = boundsOf(deps, app, service);
  if (replicas < bounds.min || replicas > bounds.max) {
    const message = `${service} must have ${bounds.min} to ${bounds.max} replicas (saw ${replicas})`;
    throw new CraneError('input.invalid', {
      message,
      fix: 'Change x-crane.scale in the compose file and deploy again.',
      errors: [{ pointer: `/services/${service}`, message }],
    });
  }
  requirePorts(deps, app, service, replicas);
}

function scaleOne(
  deps: ActionDeps,
  actor: Actor,
  app: App,
  { service, replicas, forMs }: { service: string; replicas: number; forMs: number | null },
): void {
  const bounds = boundsOf(deps, app, service);
  const at = deps.clock.now();
  const from = deps.store.targets.get(app.id, service)?.replicas ?? bounds.min;
  const before = deps.store.controls.get(app.id, service)?.override ?? null;
  deps.store.targets.set({ appId: app.id, service, replicas, at });
  const override =
    forMs === null
      ? null
      : { replicas, until: at + forMs, by: actor.user.name, previous: before?.previous ?? from };
  if (override !== null || before !== null)
    deps.store.controls.setOverride({ appId: app.id, service, override });
  if (from === replicas && override === null) return;
  const held = override === null ? '' : describeOverride(override);
  const note = held === '' ? '' : `, ${held}`;
  if (from !== replicas)
    recordPersonDecision(deps, actor, app, { service, from, to: replicas, bounds, at, note });
  deps.store.feed.append({
    at,
    kind: 'app.scaled',
    appId: app.id,
    app: app.uniqueName,
    text:
      from === replicas
        ? `${service} is ${held}`
        : `${service} scaled from ${from} to ${replicas} by ${actor.user.name}${note}`,
    data: { service, from, to: replicas },
  });
}

/** Of a port published by number there is one; of a range as many as it has. */
function requirePorts(deps: ActionDeps, app: App, service: string, replicas: number): void {
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const ports = release === null ? [] : publishedPorts(release.project);
  const short = ports.find((port) => port.service === service && port.to - port.from + 1 < replicas);
  if (short === undefined) return;
  const text = short.from === short.to ? `port ${short.from}` : `ports ${short.from}-${short.to}`;
  throw new CraneError('port.taken', {
    message: `${service} publishes ${text}: that is too few for ${replicas} replicas.`,
    fix: 'Publish a range of ports, or use x-crane.route instead, and deploy again.',
  });
}

function boundsOf(deps: ActionDeps, app: App, service: string): Pick<ScaleSettings, 'min' | 'max'> {
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const spec = release?.project.services[service];
  if (spec === undefined) return { min: 0, max: replicaLimit };
  if (spec['x-crane']?.scale === undefined) return { min: 0, max: replicaLimit };
  return readSteering(deps.store, { appId: app.id, service, spec, now: deps.clock.now() });
}
