import type { ComposeService } from '../compose/compose-project.ts';

export type PullPolicy = 'missing' | 'always' | 'never';

/** How a service comes by its image. */
export type ImageDecision =
  | { kind: 'pull'; ref: string; pull: PullPolicy }
  | { kind: 'build' }
  /** Looked for first, as Compose does; built where it is not to be had. */
  | { kind: 'pull-or-build'; ref: string; pull: PullPolicy };

/**
 * What Compose does: an image that is named is taken from this machine or a registry, and built only where it is not to be
 * had; a service without a name is built. `isBuilding` and `pull_policy: build` build in any case. Null when neither an image
 * nor a build is given.
 */
export function decideImage(
  { image, build, pull_policy: policy }: Pick<ComposeService, 'image' | 'build' | 'pull_policy'>,
  { pull, isBuilding }: { pull: PullPolicy; isBuilding: boolean },
): ImageDecision | null {
  const when = policy === 'always' || policy === 'never' ? policy : pull;
  if (build === undefined) return image === undefined ? null : { kind: 'pull', ref: image, pull: when };
  if (image === undefined || isBuilding || policy === 'build') return { kind: 'build' };
  if (policy === 'always') return { kind: 'pull', ref: image, pull: 'always' };
  return { kind: 'pull-or-build', ref: image, pull: when };
}

/** Whether a deployment may have to build it, so that its build context is needed. */
export function mayBuild(
  service: Pick<ComposeService, 'image' | 'build' | 'pull_policy'>,
  isBuilding: boolean,
): boolean {
  const decision = decideImage(service, { pull: 'missing', isBuilding });
  return decision !== null && decision.kind !== 'pull';
}
