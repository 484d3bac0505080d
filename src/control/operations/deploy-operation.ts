import { z } from 'zod';
import type { CraneError } from '../../core/error/crane-error.ts';
import { appUrlOf } from '../app-url.ts';
import { appendFeed, tell } from '../control-state.ts';
import type { Done, OperationContext, OperationKindRun } from './operation-kind.ts';
import { forgetReleases } from '../sweep/forget-releases.ts';
import { sweepBuilds } from '../sweep/sweep-built-images.ts';
import { keepSpare } from '../ground/spare-network.ts';
import { syncRules } from '../scaling/sync-rules.ts';
import { removeEarly } from './lay-early.ts';
import { prepareRelease } from './prepare-release.ts';
import { prepareRestart } from './prepare-restart.ts';
import { goBack, requireCurrent } from './store-release.ts';
import { waitStable } from './wait-stable.ts';

const storedSchema = z.object({ release: z.number() });

export type DeployResult = { release: number; url: string | null };

/**
 * Brings an app to a new release: generated compose file → images resolved to ids → scanned → release stored → the
 * reconciler starts it → stable. Run again after a crash, it goes on with the release it had stored. A failed or cancelled one
 * ends in the release of before.
 */
export const deployment: OperationKindRun = {
  isDeployment: true,
  carryOut: (context) => deploy(context, prepareRelease),
  undo: giveUp,
  after: finish,
};

/** A restart is a release that changes nothing but asks for new instances; so it rolls like any other, and survives a crash. */
export const restart: OperationKindRun = {
  carryOut: (context) => deploy(context, prepareRestart),
  undo: giveUp,
  after: finish,
};

async function deploy(
  context: OperationContext,
  prepare: (context: OperationContext) => Promise<number>,
): Promise<Done> {
  const { state, app, operation, report } = context;
  if (operation.status === 'queued' && operation.kind !== 'restart')
    tell(state, app, 'deployment.started', `deployment of ${app.uniqueName} started`, {
      operation: operation.id,
    });
  const stored = storedSchema.safeParse(operation.result);
  const release = stored.success ? stored.data.release : await prepare(context);
  report('instances', 'started', 'starting instances');
  // Instances do not wait for the rules: none can fire before they have served.
  const rules = syncRules(state);
  try {
    await waitStable(context, release);
  } finally {
    await rules;
  }
  state.deps.crashPoint('deploy.stable');
  const url = appUrlOf(state, app.id);
  return {
    result: operation.kind === 'restart' ? { release } : ({ release, url } satisfies DeployResult),
    record: () => {
      requireCurrent(context, release);
      state.deps.store.pauses.remove(app.id);
      if (state.deps.store.canaries.find(app.id)?.release === release) return tellCanary(context, release);
      state.deps.store.apps.update(app.id, { stableReleaseNumber: release }, state.deps.clock.now());
      tellDone(context, release, url);
    },
  };
}

function tellDone({ state, app, operation }: OperationContext, release: number, url: string | null): void {
  if (operation.kind === 'restart') {
    appendFeed(state, app, 'app.restarted', `${app.uniqueName} was restarted`, { operation: operation.id });
    return;
  }
  const text = `${app.uniqueName} runs release ${release}${url === null ? '' : ` at ${url}`}`;
  appendFeed(state, app, 'deployment.done', text, { operation: operation.id, release, url });
}

function tellCanary({ state, app, operation }: OperationContext, release: number): void {
  const weight = state.deps.store.canaries.find(app.id)?.weight ?? 0;
  const text = `release ${release} of ${app.uniqueName} is tried with ${weight} % of its requests`;
  appendFeed(state, app, 'deployment.done', text, { operation: operation.id, release, weight });
}

function giveUp(context: OperationContext, error: CraneError): void {
  const { state, app, operation } = context;
  state.deps.crashPoint('deploy.giving-up');
  const what = operation.kind === 'restart' ? 'restart' : 'deployment';
  const text = `${what} of ${app.uniqueName} failed: ${error.message}`;
  appendFeed(state, app, 'deployment.failed', text, { operation: operation.id });
  state.deps.store.pauses.remove(app.id);
  goBack(context);
}

async function finish(context: OperationContext): Promise<void> {
  const { state, app } = context;
  await removeEarly(context);
  try {
    await state.deps.workFiles.finish(app.engineName);
  } catch (error) {
    state.deps.log.warn({ app: app.uniqueName, err: error }, 'the generated compose file was not removed');
  }
  await syncRules(state);
  forgetReleases(state, app.id);
  keepSpare(state);
  await sweepBuilds(state);
}
