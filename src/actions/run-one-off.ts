import type { App, Release } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { InstanceSession, TerminalSize } from '../core/port/instance-session.ts';
import { anchorServices, withAnchors } from '../core/service/anchors.ts';
import type { InstanceSpec } from '../core/service/engine-create.ts';
import { withMemoryFiles } from '../core/service/file-uses.ts';
import { renderOneOff, type OneOff } from '../core/service/render-one-off.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { admitInstance } from './admit-instance.ts';
import { admitRelease } from './admit-release.ts';
import { requireRelease } from './change-app.ts';
import { findApp } from './find-app.ts';
import { filesToWrite, laySecrets } from './lay-secrets.ts';
import { requireService } from './restart-app.ts';

export type OneOffTarget = { app: App; service: string; release: Release };
export type OneOffInput = Omit<OneOff, 'id'> & { size: TerminalSize | null };

/** Removing goes on after whoever asked is gone, but not for ever. */
const removeMs = 60_000;

/** The service's current release, as far as a one-off instance of it may run now. */
export function findOneOffTarget(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app: string; service: string },
): OneOffTarget {
  const app = findApp(deps, actor, input.app);
  requireRelease(app);
  requireService(deps, app, input.service);
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  if (app.intent === 'running' && release !== null) return { app, service: input.service, release };
  throw new CraneError('app.conflict', {
    message: `${app.uniqueName} is ${app.intent}; its networks may be gone.`,
    fix: `Start it first: crane start ${app.uniqueName}`,
  });
}

/**
 * Runs one more instance of a service, once. It is removed at the end of its process, and when the session is closed; the loops remove it where neither
 * could happen. It is told in the feed who ran it, without the command, which may be secret.
 */
export async function runOneOff(
  deps: ActionDeps,
  actor: Actor,
  target: OneOffTarget,
  input: OneOffInput,
  signal: AbortSignal,
): Promise<{ instance: string; session: InstanceSession }> {
  const { app, service, release } = target;
  await admitRelease(deps, actor, { app, action: 'run', release, services: [service] }, signal);
  const id = deps.newId('run').replace(/^run-/, '').slice(0, 8);
  const spec = specOf(deps, target, { ...input, id });
  const end = deps.oneOffs.begin(spec.name);
  let made: string | null = null;
  const remove = async (isHasty: boolean): Promise<void> => {
    const late = AbortSignal.timeout(removeMs);
    try {
      if (made !== null && !isHasty) await deps.runtime.stopInstance(made, null, late);
      if (made !== null) await deps.runtime.removeInstance(made, late);
    } finally {
      end();
    }
  };
  try {
    const anchored = await withRunningAnchors(deps, target, spec, signal);
    const laid = await laySecrets(deps, { app, release, service }, signal);
    made = (await deps.runtime.createInstance(withMemoryFiles(anchored, laid ?? []), signal)).id;
    await admitInstance(deps, { app, release, service, id: made, actor: actor.user }, signal);
    const files = filesToWrite(deps, { app, release, service }, laid);
    if (files.length > 0) await deps.runtime.putFiles(made, files, signal);
    const session = await deps.runtime.attachSession(made, input, signal);
    await session.start(signal);
    if (input.hasTty && input.size !== null) await session.resize(input.size);
    const label = `${service}-run-${id}`;
    deps.store.feed.append({
      at: deps.clock.now(),
      kind: 'instance.exec',
      appId: app.id,
      app: app.uniqueName,
      text: `${actor.user.name} runs ${label}, a one-off instance of ${service}`,
      data: { instance: label, user: actor.user.name, service },
    });
    return { instance: label, session: removedAtEnd(session, remove) };
  } catch (error) {
    await remove(true);
    throw error;
  }
}

/** What the service shares with another it shares with the first instance of that which runs. */
async function withRunningAnchors(
  deps: ActionDeps,
  { app, service, release }: OneOffTarget,
  spec: InstanceSpec,
  signal: AbortSignal,
): Promise<InstanceSpec> {
  const anchors = anchorServices(release.project.services[service] ?? {});
  if (anchors.length === 0) return spec;
  const running = (await deps.runtime.observeInstances(app.engineName, signal)).filter(
    (item) => item.state === 'running',
  );
  const idOf = (name: string): string | undefined => running.find((item) => item.service === name)?.id;
  const missing = anchors.find((name) => idOf(name) === undefined);
  if (missing === undefined) return withAnchors(spec, idOf);
  throw new CraneError('app.conflict', {
    message: `${service} shares something with ${missing}, of which no instance runs.`,
    fix: `Look at: crane ps ${app.uniqueName}`,
  });
}

function specOf(deps: ActionDeps, { app, service, release }: OneOffTarget, oneOff: OneOff): InstanceSpec {
  const spec = release.project.services[service];
  const image = release.images[service];
  if (spec === undefined || image === undefined)
    throw new CraneError('app.conflict', `${service} of ${app.uniqueName} has no image yet.`);
  return renderOneOff(
    {
      prefix: deps.settings.prefix,
      app: app.engineName,
      project: release.project,
      service,
      spec,
      imageId: image.imageId,
      imageRef: image.ref,
      release: release.number,
    },
    oneOff,
  );
}

/** Gone by the time its exit code is known. */
function removedAtEnd(
  session: InstanceSession,
  remove: (isHasty: boolean) => Promise<void>,
): InstanceSession {
  let removal: Promise<void> | null = null;
  const once = (isHasty: boolean): Promise<void> => (removal ??= remove(isHasty));
  return {
    ...session,
    exitCode: async () => {
      const exitCode = await session.exitCode();
      await once(true);
      return exitCode;
    },
    close: async () => {
      await session.close();
      await once(false);
    },
  };
}
