import type { KeptContext } from '../core/port/build-contexts.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

/** Takes in the folder that images are built from, as a tar. It is its sender's own, until nothing builds from it. */
export function keepContext(
  deps: Pick<ActionDeps, 'contexts'>,
  actor: Actor,
  tar: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<KeptContext> {
  return deps.contexts.keep(actor.user.id, tar, signal);
}
