import type { AppDesire, AppFacts } from './app-desire.ts';
import type { AppRoutes, Route } from '../route/route.ts';
import { instanceLabel } from '../service/instance.ts';
import type { InstanceFacts } from './instance-facts.ts';
import { isAlive } from './instance-failure.ts';
import { idleNetworks } from './idle-networks.ts';
import { canaryBackends, isOfCanary, planCanary } from './plan-canary.ts';
import { planService, type ServicePlan, type ServiceStatus } from './plan-service.ts';
import type { GroundStep, Step } from './step.ts';

export type AppPlan = {
  ground: GroundStep[];
  routes: AppRoutes;
  /** Who is behind the routes: engine id → label. */
  routed: Map<string, string>;
  /** Networks of the app that nothing wanted stands on any more, nor anything that is there. They may go; nothing waits for it. */
  idleNetworks: string[];
  /** The app's routes are taken away wholly (deleted). */
  isWithdrawn: boolean;
  steps: Step[];
  needsHealing: (ServicePlan['needsHealing'][number] & { service: string })[];
  services: ServiceStatus[];
  wakeAt: number | null;
  /** Everything is as wanted. */
  isSettled: boolean;
};

/** Compares a whole app with what runs. Pure and idempotent; see plan-service.ts for one service. */
export function planApp(desire: AppDesire, facts: AppFacts, now: number): AppPlan {
  const own = facts.instances.filter((item) => !isOfCanary(desire.canary, item));
  const beside = facts.instances.filter((item) => isOfCanary(desire.canary, item));
  const byService = Map.groupBy(own, (item) => item.service);
  const plans = new Map(
    desire.services.map((service) => {
      const pending = facts.pendingSlots[service.service] ?? new Set();
      return [
        service.service,
        planService(service, byService.get(service.service) ?? [], pending, now),
      ] as const;
    }),
  );
  const canaryPlans = planCanary(desire.canary, beside, facts.pendingSlots, now);
  const every = [...plans, ...canaryPlans];
  const strangers = own.filter((item) => !plans.has(item.service));
  const steps = every.flatMap(([service, plan]) =>
    mustWaitToStop(desire, facts, service) ? plan.steps.filter((step) => !isStop(step)) : plan.steps,
  );
  const isHeld = desire.intent === 'running' && desire.services.some(({ isPaused }) => isPaused);
  for (const item of isHeld ? [] : strangers) if (isDue(item, now)) steps.push(removeStranger(desire, item));
  const ground = desire.intent === 'running' ? layGround(desire, facts) : [];
  const services = every.map(([, plan]) => plan.status);
  const isIdle = Object.values(facts.pendingSlots).every((slots) => slots.size === 0);
  return {
    ground,
    ...fillRoutes(desire, { byService, plans, beside, canaryPlans }),
    idleNetworks: isIdle ? idleNetworks(desire, facts) : [],
    isWithdrawn: desire.intent === 'deleted',
    steps,
    needsHealing: every.flatMap(([service, plan]) => plan.needsHealing.map((item) => ({ service, ...item }))),
    services,
    wakeAt: earliest([
      ...every.map(([, plan]) => plan.wakeAt),
      ...strangers.map((item) => (item.notBefore !== null && item.notBefore > now ? item.notBefore : null)),
    ]),
    isSettled:
      isIdle &&
      ground.length === 0 &&
      strangers.length === 0 &&
      services.every((service) => service.isSettled),
  };
}

function isDue(item: InstanceFacts, now: number): boolean {
  return item.busy === null && (item.notBefore === null || item.notBefore <= now);
}

/** An instance of a service that the app does not have (any more). */
function removeStranger(desire: AppDesire, item: InstanceFacts): Step {
  const target = {
    service: item.service,
    instance: instanceLabel(item),
    id: item.id,
    why: desire.intent === 'deleted' ? ('deleted' as const) : ('not-wanted' as const),
  };
  return isAlive(item)
    ? { kind: 'retireInstance', ...target, graceMs: null }
    : { kind: 'removeInstance', ...target };
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function layGround(desire: AppDesire, facts: AppFacts): GroundStep[] {
  const { canary } = desire;
  const tried = new Set(canary?.services.map(({ service }) => service));
  const routes = [...desire.routes, ...(canary?.routes ?? []).filter(({ service }) => tried.has(service))];
  const routed = new Set(routes.map(({ network }) => network));
  return [
    ...desire.networks
      .filter((network) => !facts.networks.has(network))
      .map((network) => ({ kind: 'ensureNetwork' as const, network })),
    ...desire.volumes
      .filter((volume) => !facts.volumes.has(volume))
      .map((volume) => ({ kind: 'ensureVolume' as const, volume })),
    ...[...routed]
      .filter((network) => !facts.routerNetworks.has(network))
      .map((network) => ({ kind: 'attachRouter' as const, network })),
  ];
}

function fillRoutes(
  desire: AppDesire,
  {
    byService,
    plans,
    beside,
    canaryPlans,
  }: {
    byService: ReadonlyMap<string, readonly InstanceFacts[]>;
    plans: ReadonlyMap<string, ServicePlan>;
    beside: readonly InstanceFacts[];
    canaryPlans: ReadonlyMap<string, ServicePlan>;
  },
): Pick<AppPlan, 'routes' | 'routed'> {
  const routed = new Map<string, string>();
  const routes = desire.routes.map((wanted, index): Route => {
    const { network, ...route } = wanted;
    const nth = desire.routes.slice(0, index).filter(({ service }) => service === route.service).length;
    const share = canaryBackends(
      { canary: desire.canary, route: wanted, nth },
      beside,
      canaryPlans.get(route.service),
    );
    for (const [id, label] of share.routed) routed.set(id, label);
    const routable = plans.get(route.service)?.routable;
    const backends = (byService.get(route.service) ?? []).flatMap((item) => {
      const address = item.addresses[network];
      if (routable?.has(item.id) !== true || address === undefined || address === '') return [];
      routed.set(item.id, instanceLabel(item));
      return [{ instance: instanceLabel(item), url: `http://${inUrl(address)}:${route.port}` }];
    });
    return {
      app: desire.app,
      ...route,
      backends: backends.sort((a, b) => (a.instance < b.instance ? -1 : 1)),
      canary: share.canary,
    };
  });
  return { routes: { app: desire.app, routes }, routed };
}

/** RFC 3986: IPv6 addresses stand in brackets. */
function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** On the way down, what others need stops after them. */
function mustWaitToStop(desire: AppDesire, facts: AppFacts, service: string): boolean {
  if (desire.intent === 'running') return false;
  const dependents = desire.dependents[service] ?? [];
  return facts.instances.some(
    (item) => dependents.includes(item.service) && (isAlive(item) || item.busy === 'retiring'),
  );
}

function isStop(step: Step): boolean {
  return step.kind === 'retireInstance' || step.kind === 'removeInstance';
}
