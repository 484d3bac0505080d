import { z } from 'zod';
import { checkCompose } from '../../actions/plan-deployment.ts';
import type { ResolvedImage } from '../../core/app/app.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { OperationContext, OperationKindRun } from './operation-kind.ts';
import { sweepBuilds } from '../sweep/sweep-built-images.ts';
import { buildOrder } from './build-order.ts';
import { buildService } from './build-service.ts';
import { composeSchema } from './compose-schema.ts';
import { pullService } from './resolve-images.ts';

const order = buildOrder.extend({ compose: composeSchema, services: z.array(z.string()) });

/** Builds images and deploys nothing. An app that came to be for its sake goes again when it fails. */
export const build: OperationKindRun = {
  carryOut: async (context) => {
    const asked = order.parse(context.input);
    const { project } = checkCompose(asked.compose, context.app.engineName);
    const images: Record<string, ResolvedImage> = {};
    for (const name of asked.services) {
      const spec = project.services[name];
      if (spec === undefined) throw new CraneError('service.not_found', `There is no service ${name}.`);
      images[name] = await buildService(context, name, spec, asked, 'latest');
    }
    return { result: { images } };
  },
  undo: ({ state, app }) => {
    const { store } = state.deps;
    const isNew = store.releases.list(app.id).length === 0;
    const others = store.operations.listForApp(app.id, 2);
    if (isNew && others.length === 1) store.apps.remove(app.id);
  },
  after: async ({ state }) => sweepBuilds(state),
};

/** Pulls what the current release names, and deploys nothing: the next deployment finds it here. */
export const pull: OperationKindRun = {
  carryOut: async (context) => {
    const { store } = context.state.deps;
    const { id, releaseNumber } = context.app;
    const release = releaseNumber === null ? null : store.releases.find(id, releaseNumber);
    if (release === null)
      throw new CraneError('release.not_found', `${context.app.uniqueName} has no release.`);
    const images: Record<string, ResolvedImage & { isNewer: boolean }> = {};
    for (const [name, { image, build: built, pull_policy: policy }] of Object.entries(
      release.project.services,
    )) {
      if (image === undefined || (built !== undefined && policy === 'build')) {
        context.report(`image.${name}`, 'done', `${name} is built, not pulled`);
        continue;
      }
      const pulled = await pullUnlessBuilt(context, name, image, built !== undefined);
      if (pulled !== null)
        images[name] = { ...pulled, isNewer: pulled.imageId !== release.images[name]?.imageId };
    }
    return { result: { images } };
  },
};

/** Null when the registry does not have it and the service is built where it is not to be had. */
async function pullUnlessBuilt(
  context: OperationContext,
  name: string,
  ref: string,
  isBuilt: boolean,
): Promise<ResolvedImage | null> {
  try {
    return await pullService(context, name, { ref, pull: 'always' });
  } catch (error) {
    if (!isBuilt || !(error instanceof CraneError) || error.code !== 'image.not_found') throw error;
    context.report(`image.${name}`, 'done', `${ref} is in no registry; ${name} is built`);
    return null;
  }
}
