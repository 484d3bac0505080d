import type { App } from '../../core/app/app.ts';
import type { ComposeNetwork, ComposeProject } from '../../core/compose/compose-project.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { addressPools } from '../../core/network/address-pools.ts';
import type { ObservedNetwork } from '../../core/port/runtime.ts';
import { allotSubnet } from '../../core/network/subnets.ts';
import { networkName, networkOwner } from '../../core/route/desire-routes.ts';
import type { AppMemory } from '../app-memory.ts';
import type { ControlState } from '../control-state.ts';

/** One of an app's networks, by the engine's name of it; also ahead of the release that needs it. */
export async function makeNetwork(
  state: ControlState,
  app: App,
  memory: AppMemory,
  { project, name }: { project: ComposeProject | undefined; name: string },
): Promise<void> {
  const owner = networkOwner(state.deps.settings.prefix, app);
  const [key, spec] =
    Object.entries(project?.networks ?? {}).find(
      ([network]) => project !== undefined && networkName(owner, project, network) === name,
    ) ?? [];
  await createNetwork(state, {
    name,
    app: app.engineName,
    isTaken: name === app.defaultNetwork,
    spec,
    labels: {
      ...spec?.labels,
      'com.docker.compose.network': key ?? 'default',
      'com.docker.compose.project': app.engineName,
    },
  });
  memory.networks.add(name);
  state.deps.crashPoint('ground.network-made');
}

type NetworkRequest = {
  name: string;
  /** Null = no app's yet. */
  app: string | null;
  /** It was made ahead, as no app's, and the app took it. */
  isTaken?: boolean;
  spec: ComposeNetwork | undefined;
  labels: Record<string, string>;
};

/** One at a time, so that no subnet is allotted twice. One that is there is left as it is. */
export async function createNetwork(state: ControlState, request: NetworkRequest): Promise<void> {
  const { name, app, spec, labels } = request;
  await state.limitNetworks(async () => {
    const { runtime } = state.deps;
    const existing = await runtime.observeNetworks(state.signal);
    const found = existing.find((network) => network.name === name && network.isOwn);
    if (found !== undefined) return requireOwn(found, request);
    const taken = existing.flatMap((network) => [...network.subnets]);
    const pools = (await choosePools(state, request, taken)) ?? exhausted(state);
    await runtime.ensureNetwork(
      {
        name,
        app,
        ...pools,
        isInternal: spec?.internal ?? false,
        ...(spec?.driver_opts === undefined ? {} : { driverOptions: mapStrings(spec.driver_opts) }),
        labels,
      },
      state.signal,
    );
  });
}

/** Whoever named it like another's would be on the same network. */
function requireOwn(found: ObservedNetwork, { name, app, isTaken = false }: NetworkRequest): void {
  if (found.app === app || (isTaken && found.app === null)) return;
  throw new CraneError('app.conflict', {
    message: `The network ${name} belongs to ${found.app ?? 'Crane itself'}, and apps are kept apart.`,
    fix: "Give the app's network another name.",
  });
}

/** Before an app goes without, the network made ahead is given up. */
async function choosePools(
  state: ControlState,
  { spec }: NetworkRequest,
  taken: readonly string[],
): Promise<ReturnType<typeof addressPools>> {
  const { runtime, settings } = state.deps;
  const choose = (used: readonly string[]): ReturnType<typeof addressPools> =>
    addressPools(spec, () => allotSubnet(settings.subnetRange, used));
  const pools = choose(taken);
  const { spare } = state;
  if (pools !== null || spare?.isReady !== true) return pools;
  state.spare = null;
  await runtime.removeIdleNetwork(spare.name, settings.routerContainer, state.signal);
  return choose((await runtime.observeNetworks(state.signal)).flatMap(({ subnets }) => [...subnets]));
}

function exhausted({ deps: { settings } }: ControlState): never {
  throw new CraneError('network.exhausted', {
    message: `No free subnet is left in ${settings.subnetRange}.`,
    fix: 'Delete unused apps, or widen CRANE_SUBNETS.',
  });
}

export function mapStrings(options: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)]));
}
