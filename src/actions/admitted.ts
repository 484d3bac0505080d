import type { ActionDeps, Actor } from './action-deps.ts';
import { admitApp } from './admit-app.ts';
import { admitRelease } from './admit-release.ts';
import { changeRelease, planChange } from './change-release.ts';
import { cloneApp } from './clone-app.ts';
import type { ComposeProblem } from '../core/compose/load-compose.ts';
import { remarkOf } from '../core/admission/refusal.ts';
import { broughtSettings, deployWithSettings } from './deploy-bundle.ts';
import type { deployApp, DeployInput } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { findRelease } from './list-releases.ts';
import { bundleDeployment, type ImportInput } from './import-app.ts';
import { checkDeployable } from './plan-deployment.ts';
import { restartApp } from './restart-app.ts';
import { previousRelease, rollBackApp } from './roll-back-app.ts';
import { scaleService } from './scale-service.ts';
import { startApp } from './start-app.ts';

/** An action that makes instances, with what it is given. */
type Verb<I, O> = (deps: ActionDeps, actor: Actor, input: I, signal?: AbortSignal) => Promise<O>;
type InputOf<A extends (deps: ActionDeps, actor: Actor, input: never) => unknown> = Parameters<A>[2];

/**
 * Every verb that makes instances, judged by the admission policies before it is accepted. Those that bring up other content are judged
 * once more by their operation, when their images were scanned. Routes know no other way (test/architecture.test.ts).
 */
export const admittedDeploy: Verb<DeployInput, ReturnType<typeof deployApp>> = async (
  deps,
  actor,
  input,
  signal,
) => {
  const remarks = await admitDeployment(deps, actor, input, signal);
  const settings = await broughtSettings(deps, actor, input, signal);
  const accepted = deployWithSettings(deps, actor, input, settings);
  return { ...accepted, warnings: [...accepted.warnings, ...remarks] };
};

export const admittedImport: Verb<ImportInput, ReturnType<typeof deployApp>> = (deps, actor, input, signal) =>
  admittedDeploy(deps, actor, bundleDeployment(input), signal);

export const admittedChange: Verb<InputOf<typeof changeRelease>, ReturnType<typeof changeRelease>> = async (
  deps,
  actor,
  input,
  signal,
) => {
  const app = findApp(deps, actor, input.app);
  const { order, root } = planChange(deps, app, input);
  const images = order.kept?.images ?? {};
  const request = { actor: actor.user, app, project: order.project, images, isScanned: false, root };
  await admitApp(deps, { ...request, action: 'change' }, null, signal);
  return changeRelease(deps, actor, input);
};

export const admittedClone = ofPresentRelease('clone', cloneApp);
export const admittedStart = ofPresentRelease('start', startApp);

export const admittedRestart: Verb<InputOf<typeof restartApp>, ReturnType<typeof restartApp>> = async (
  deps,
  actor,
  input,
  signal,
) => {
  const app = findApp(deps, actor, input.app);
  const only = input.service === undefined ? {} : { services: [input.service] };
  await admitRelease(deps, actor, { app, action: 'restart', ...only }, signal);
  return restartApp(deps, actor, input);
};

export const admittedRollback: Verb<InputOf<typeof rollBackApp>, ReturnType<typeof rollBackApp>> = async (
  deps,
  actor,
  input,
  signal,
) => {
  const app = findApp(deps, actor, input.app);
  const release = findRelease(deps, app, input.release ?? previousRelease(deps, app));
  await admitRelease(deps, actor, { app, action: 'rollback', release }, signal);
  return rollBackApp(deps, actor, { ...input, release: release.number });
};

/** Fewer instances need no permission. */
export const admittedScale: Verb<InputOf<typeof scaleService>, ReturnType<typeof scaleService>> = async (
  deps,
  actor,
  input,
  signal,
) => {
  const app = findApp(deps, actor, input.app);
  const services = Object.entries(input.replicas).flatMap(([service, wanted]) =>
    wanted > (deps.store.targets.get(app.id, service)?.replicas ?? 0) ? [service] : [],
  );
  if (services.length > 0) await admitRelease(deps, actor, { app, action: 'scale', services }, signal);
  return scaleService(deps, actor, input);
};

/** A verb that brings up the present release of an app, all of it and as it is. */
function ofPresentRelease<I extends { app: string }, O>(
  action: 'clone' | 'start',
  act: (deps: ActionDeps, actor: Actor, input: I) => O,
): Verb<I, O> {
  return async (deps, actor, input, signal) => {
    await admitRelease(deps, actor, { app: findApp(deps, actor, input.app), action }, signal);
    return act(deps, actor, input);
  };
}

async function admitDeployment(
  deps: ActionDeps,
  actor: Actor,
  input: DeployInput,
  signal: AbortSignal | undefined,
): Promise<ComposeProblem[]> {
  const app = input.app === undefined ? null : findApp(deps, actor, input.app);
  const written = checkDeployable(input, app?.engineName ?? input.name);
  const { project } = written;
  const request = {
    action: 'deploy' as const,
    actor: actor.user,
    app: app ?? { id: null, uniqueName: project.name, engineName: project.name },
    project,
    images: {},
    isScanned: false,
    root: input.directory ?? null,
  };
  const { violations } = await admitApp(deps, request, written, signal);
  return violations.filter(({ mode }) => mode === 'warn').map((violation) => remarkOf(violation, written));
}
