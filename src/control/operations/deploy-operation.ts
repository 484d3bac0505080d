import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import { appUrlOf } from '../app-url.ts';
import { tell } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';
import { syncRules } from '../sync-rules.ts';
import { prepareRelease } from './prepare-release.ts';
import { waitStable } from './wait-stable.ts';

const doneSchema = z.object({ release: z.number() });

export type DeployResult = { release: number; url: string | null };

/**
 * Brings an app to a new release: generated compose file → images resolved to ids → scanned → release stored → the
 * reconciler starts it → stable. Run again after a crash, it goes on with the release it had stored.
 */
export async function deployOperation(context: OperationContext): Promise<DeployResult> {
  const { state, app, operation, report } = context;
  tell(state, app, 'deployment.started', `deployment of ${app.uniqueName} started`, {
    operation: operation.id,
  });
  const before = doneSchema.safeParse(operation.result);
  try {
    const number = before.success ? before.data.release : await prepareRelease(context);
    await syncRules(state);
    report('instances', 'started', 'starting instances');
    await waitStable(context, number);
    state.deps.store.apps.update(app.id, { stableReleaseNumber: number }, state.deps.clock.now());
    await state.deps.workFiles.finish(app.uniqueName);
    const url = appUrlOf(state, app.id);
    tell(
      state,
      app,
      'deployment.done',
      `${app.uniqueName} runs release ${number}${url === null ? '' : ` at ${url}`}`,
      { operation: operation.id, release: number, url },
    );
    return { release: number, url };
  } catch (error) {
    if (!state.signal.aborted) await giveUp(context, error);
    throw error;
  }
}

/** The old release goes on serving. An app that never had one leaves nothing behind but its row when it got as far as running. */
async function giveUp({ state, app, operation }: OperationContext, error: unknown): Promise<void> {
  const { store, clock, workFiles } = state.deps;
  const now = store.apps.find({ kind: 'all' }, app.id);
  await workFiles.finish(app.uniqueName);
  if (now === null || now.intent === 'deleted') return;
  const text = error instanceof CraneError ? error.message : 'internal error';
  tell(state, app, 'deployment.failed', `deployment of ${app.uniqueName} failed: ${text}`, {
    operation: operation.id,
  });
  if (now.releaseNumber === null) {
    store.apps.remove(app.id);
  } else if (now.releaseNumber !== now.stableReleaseNumber) {
    store.apps.update(
      app.id,
      {
        releaseNumber: now.stableReleaseNumber,
        ...(now.stableReleaseNumber === null ? { intent: 'stopped' as const } : {}),
      },
      clock.now(),
    );
  }
  await syncRules(state);
  state.nudge(app.id);
}
