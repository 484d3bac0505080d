import type { App } from '../../core/app/app.ts';
import type { ComposeProject } from '../../core/compose/compose-project.ts';
import type { ObservedNetwork } from '../../core/port/runtime.ts';
import { desireRoutes, isPlainDefault, networkOwner, networkName } from '../../core/route/desire-routes.ts';
import type { ControlState, SpareNetwork } from '../control-state.ts';
import { createNetwork } from './make-network.ts';

/** What the names of networks made ahead begin with, before a dash. */
const firstPart = (prefix: string): string => `${prefix}-net`;

/**
 * Sees to it that a network is ready for the next new app: making one and bringing the router onto it takes an engine a fifth of a small
 * app's whole deployment. It is made while nothing else happens; its name is never used twice, and what an
 * earlier process left is removed and not taken over: something may have joined it since.
 *
 *     none ─make, join the router→ ready ─take→ an app's default network, for ever
 *      ▲                             └─ the process ends → swept by the next one
 *      └──── taken, or it failed: at the next end of a deployment or full look
 */
export function keepSpare(state: ControlState): void {
  const { store, settings, newId, log } = state.deps;
  if (!settings.hasSpareNetwork || state.spare !== null || state.signal.aborted) return;
  if (store.operations.listOpen().some(({ kind }) => kind === 'deploy')) return;
  const spare: SpareNetwork = { name: newId(firstPart(settings.prefix)), isReady: false };
  state.spare = spare;
  const making = makeSpare(state, spare)
    .catch((error: unknown) => {
      if (state.spare === spare) state.spare = null;
      if (!state.signal.aborted) log.debug({ err: error }, 'no network could be made ahead');
    })
    .finally(() => state.effects.delete(making));
  state.effects.add(making);
}

async function makeSpare(state: ControlState, spare: SpareNetwork): Promise<void> {
  const { runtime, settings } = state.deps;
  await createNetwork(state, { name: spare.name, app: null, spec: undefined, labels: {} });
  await runtime.attach(settings.routerContainer, spare.name, state.signal);
  spare.isReady = true;
}

/**
 * The app with the spare network as its default one, stored before anything stands on it; null when there is none, or the app has no use
 * for it: only a network of which the file wants nothing, and onto which the router belongs, can be made ahead.
 */
export function takeSpare(state: ControlState, app: App, project: ComposeProject): App | null {
  const { store, settings } = state.deps;
  const { spare } = state;
  if (spare?.isReady !== true || app.defaultNetwork !== null) return null;
  if (!isPlainDefault(app.engineName, project, 'default')) return null;
  const name = networkName(networkOwner(settings.prefix, app), project, 'default');
  if (!desireRoutes(app, project, settings.prefix).some(({ network }) => network === name)) return null;
  store.apps.takeNetwork(app.id, spare.name);
  state.spare = null;
  return { ...app, defaultNetwork: spare.name };
}

/** By its labels, or because the app took it. */
export function isOfApp(
  { engineName, defaultNetwork }: Pick<App, 'engineName' | 'defaultNetwork'>,
  { isOwn, app, name }: ObservedNetwork,
): boolean {
  return isOwn && (app === engineName || (app === null && name === defaultNetwork));
}

/** Removes networks made ahead that no app took: of an earlier process, or of an app that did not come to be. */
export async function sweepSpares(state: ControlState, found: readonly ObservedNetwork[]): Promise<void> {
  const { store, runtime, settings } = state.deps;
  const taken = new Set(store.apps.list({ kind: 'all' }).map(({ defaultNetwork }) => defaultNetwork));
  for (const { name, isOwn, app } of found) {
    if (!isOwn || app !== null || !name.startsWith(`${firstPart(settings.prefix)}-`)) continue;
    if (taken.has(name) || name === state.spare?.name) continue;
    await runtime.removeIdleNetwork(name, settings.routerContainer, state.signal);
  }
}
