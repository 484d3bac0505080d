import { z } from 'zod';
import type { ResolvedImage } from '../../core/app/app.ts';
import type { ComposeProject, ComposeService } from '../../core/compose/compose-project.ts';
import { renderCompose } from '../../core/compose/render-compose.ts';
import { scaleSettings } from '../../core/compose/x-crane.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { checkCompose } from '../../actions/plan-deployment.ts';
import { appUrlOf } from '../app-url.ts';
import { tell } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';
import { syncRules } from '../sync-rules.ts';
import { scanImages } from './scan-images.ts';
import { waitStable } from './wait-stable.ts';

const composeSchema = z.object({
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  support: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.string()),
  profiles: z.array(z.string()),
});
const orderSchema = z.object({ compose: composeSchema, pull: z.enum(['missing', 'always', 'never']) });
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

async function prepareRelease(context: OperationContext): Promise<number> {
  const { state, app, operation, input, report } = context;
  const order = orderSchema.parse(input);
  const { project } = checkCompose(order.compose, app.uniqueName);
  report('compose', 'done', `${Object.keys(project.services).length} service(s)`, {
    services: Object.keys(project.services),
  });
  const path = await state.deps.workFiles.write(app.uniqueName, renderCompose(project));
  state.deps.log.debug({ app: app.uniqueName, path }, 'compose file generated');
  const images = await resolveImages(context, project, order.pull);
  await scanImages(context, images);
  return state.deps.store.transaction(() => {
    const { store, clock } = state.deps;
    const at = clock.now();
    const release = store.releases.create({
      appId: app.id,
      project,
      images,
      restarts: [],
      createdAt: at,
      createdBy: operation.userId,
    });
    setTargets(context, project, at);
    store.apps.update(app.id, { releaseNumber: release.number, intent: 'running' }, at);
    store.operations.update(operation.id, { result: { release: release.number } });
    return release.number;
  });
}

async function resolveImages(
  context: OperationContext,
  project: ComposeProject,
  pull: 'missing' | 'always' | 'never',
): Promise<Record<string, ResolvedImage>> {
  const { state, app, report, signal } = context;
  const images: Record<string, ResolvedImage> = {};
  for (const [name, spec] of Object.entries(project.services)) {
    const ref = spec.image;
    if (ref === undefined) {
      throw new CraneError('compose.unsupported', {
        message: `services.${name}: no image is named; building from a context is not available in this version.`,
        fix: 'Build the image first and name it with image:.',
      });
    }
    report(`image.${name}`, 'started', `resolving ${ref}`);
    let last = '';
    images[name] = await state.deps.runtime.resolveImage(
      {
        ref,
        pull: pullPolicy(spec, pull),
        onProgress: ({ layer, status, doneBytes, totalBytes }) => {
          if (status === last && doneBytes === null) return;
          last = status;
          report(`image.${name}`, 'progress', `${layer} ${status}`, { layer, doneBytes, totalBytes });
        },
      },
      signal,
    );
    report(`image.${name}`, 'done', `${ref} is ${images[name].imageId.slice(0, 19)}`, {
      ref,
      imageId: images[name].imageId,
      digest: images[name].repoDigest,
    });
    tell(state, app, 'image.resolved', `${name}: ${ref} is ${images[name].imageId.slice(0, 19)}`, {
      service: name,
      ref,
      imageId: images[name].imageId,
    });
  }
  return images;
}

function pullPolicy(
  spec: ComposeService,
  asked: 'missing' | 'always' | 'never',
): 'missing' | 'always' | 'never' {
  if (spec.pull_policy === 'always' || spec.pull_policy === 'never') return spec.pull_policy;
  return asked;
}

/** New services begin at their minimum (or their `deploy.replicas`); others keep their size within the new bounds. */
function setTargets({ state, app }: OperationContext, project: ComposeProject, at: number): void {
  const { store } = state.deps;
  for (const [service, spec] of Object.entries(project.services)) {
    const { min, max } = scaleSettings(spec);
    const isAutomatic = spec['x-crane']?.scale !== undefined;
    const current = store.targets.get(app.id, service)?.replicas;
    const wished = current === undefined || !isAutomatic ? (spec.deploy?.replicas ?? min) : current;
    store.targets.set({ appId: app.id, service, replicas: Math.min(Math.max(wished, min), max), at });
  }
  for (const target of store.targets.list(app.id))
    if (project.services[target.service] === undefined) store.targets.remove(app.id, target.service);
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
