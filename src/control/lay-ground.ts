import type { App, Release } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { allotSubnet } from '../core/network/subnets.ts';
import type { AppPlan } from '../core/plan/plan-app.ts';
import type { GroundStep } from '../core/plan/step.ts';
import { networkName } from '../core/route/desire-routes.ts';
import { volumeName } from '../core/service/render-instance.ts';
import type { AppMemory } from './app-memory.ts';
import type { ControlState } from './control-state.ts';

/** Networks and volumes, in order, before any instance that stands on them. All calls are "ensure": repeating is harmless. */
export async function layGround(
  state: ControlState,
  app: App,
  memory: AppMemory,
  plan: AppPlan,
): Promise<void> {
  for (const step of plan.ground) await run(state, app, memory, step);
}

async function run(state: ControlState, app: App, memory: AppMemory, step: GroundStep): Promise<void> {
  const { runtime, settings } = state.deps;
  switch (step.kind) {
    case 'ensureNetwork':
      await ensureNetwork(state, app, step.network);
      memory.networks.add(step.network);
      return;
    case 'ensureVolume':
      await runtime.ensureVolume(volumeSpec(state, app, step.volume), state.signal);
      memory.volumes.add(step.volume);
      return;
    case 'attachRouter':
      await runtime.attach(settings.routerContainer, step.network, state.signal);
      memory.routerNetworks.add(step.network);
      return;
  }
}

/** One at a time, so that no subnet is allotted twice. */
let allotting: Promise<void> = Promise.resolve();

function ensureNetwork(state: ControlState, app: App, name: string): Promise<void> {
  const turn = allotting.then(() => ensureOne(state, app, name));
  allotting = turn.catch(() => undefined);
  return turn;
}

async function ensureOne(state: ControlState, app: App, name: string): Promise<void> {
  const { runtime, settings } = state.deps;
  const existing = await runtime.observeNetworks(state.signal);
  if (existing.some((network) => network.name === name && network.isOwn)) return;
  const project = currentRelease(state, app)?.project;
  const [key, spec] =
    Object.entries(project?.networks ?? {}).find(
      ([network]) =>
        project !== undefined && networkName(settings.prefix, app.uniqueName, project, network) === name,
    ) ?? [];
  const fixed = spec?.ipam?.config?.[0]?.subnet ?? null;
  const subnet =
    fixed ??
    allotSubnet(
      settings.subnetRange,
      existing.flatMap((network) => [...network.subnets]),
    );
  if (subnet === null)
    throw new CraneError('network.exhausted', {
      message: `No free subnet is left in ${settings.subnetRange}.`,
      fix: 'Delete unused apps, or widen CRANE_SUBNETS.',
    });
  await runtime.ensureNetwork(
    {
      name,
      app: app.uniqueName,
      subnet,
      isInternal: spec?.internal ?? false,
      ...(spec?.driver_opts === undefined ? {} : { driverOptions: mapStrings(spec.driver_opts) }),
      labels: {
        ...spec?.labels,
        'com.docker.compose.network': key ?? 'default',
        'com.docker.compose.project': app.uniqueName,
      },
    },
    state.signal,
  );
}

function volumeSpec(
  state: ControlState,
  app: App,
  name: string,
): Parameters<ControlState['deps']['runtime']['ensureVolume']>[0] {
  const project = currentRelease(state, app)?.project;
  const [key, spec] =
    Object.entries(project?.volumes ?? {}).find(
      ([volume]) =>
        project !== undefined &&
        volumeName(state.deps.settings.prefix, app.uniqueName, project, volume) === name,
    ) ?? [];
  return {
    name,
    app: app.uniqueName,
    ...(spec?.driver === undefined ? {} : { driver: spec.driver }),
    ...(spec?.driver_opts === undefined ? {} : { driverOptions: mapStrings(spec.driver_opts) }),
    labels: {
      ...spec?.labels,
      'com.docker.compose.volume': key ?? name,
      'com.docker.compose.project': app.uniqueName,
    },
  };
}

function currentRelease(state: ControlState, app: App): Release | null {
  return app.releaseNumber === null ? null : state.deps.store.releases.find(app.id, app.releaseNumber);
}

function mapStrings(options: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)]));
}
