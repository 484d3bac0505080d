import type { App } from '../core/app/app.ts';
import type { ExecRequest, InstanceSession } from '../core/port/instance-session.ts';
import { chooseInstance } from '../core/service/choose-instance.ts';
import { instanceLabel, type ObservedInstance } from '../core/service/instance.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { admitCommand } from './admit-release.ts';
import { requireRelease } from './change-app.ts';
import { findApp } from './find-app.ts';
import { requireService } from './restart-app.ts';

export type InstanceInput = { app: string; service: string | null; slot: number | null };

/** A running instance that a person may work in. */
export type InstanceTarget = { app: App; instance: ObservedInstance };

/** Finds the instance that is meant; refuses with what to name instead. */
export async function findInstance(
  deps: ActionDeps,
  actor: Actor,
  { app: ref, service, slot }: InstanceInput,
  signal?: AbortSignal,
): Promise<InstanceTarget> {
  const app = findApp(deps, actor, ref);
  requireRelease(app);
  if (service !== null) requireService(deps, app, service);
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const instance = chooseInstance({
    app: app.uniqueName,
    services: Object.keys(release?.project.services ?? {}),
    instances: await deps.runtime.observeInstances(app.engineName, signal),
    service,
    slot,
  });
  return { app, instance };
}

/** Runs a command in an instance. It is told in the feed who did, by the program's name only: arguments may be secret. */
export async function execCommand(
  deps: ActionDeps,
  actor: Actor,
  { app, instance }: InstanceTarget,
  request: ExecRequest,
  signal: AbortSignal,
): Promise<InstanceSession> {
  await admitCommand(deps, actor, { app, service: instance.service, user: request.user }, signal);
  const session = await deps.runtime.exec(instance.id, request, signal);
  const label = instanceLabel(instance);
  const [program = ''] = request.command;
  deps.store.feed.append({
    at: deps.clock.now(),
    kind: 'instance.exec',
    appId: app.id,
    app: app.uniqueName,
    text: `${actor.user.name} runs ${program.slice(0, 80)} in ${label}`,
    data: { instance: label, user: actor.user.name, program: program.slice(0, 200) },
  });
  return session;
}
