import type { AppIntent } from '../app/app.ts';
import type { AppRoutes, Route } from '../route/route.ts';
import { instanceLabel } from '../service/instance.ts';
import {
  planService,
  type InstanceFacts,
  type ServiceDesire,
  type ServicePlan,
  type ServiceStatus,
} from './plan-service.ts';
import type { GroundStep, Step } from './step.ts';

/** A route as wanted, before it is known who answers. `network` is where the router reaches the instances. */
export type RouteDesire = Omit<Route, 'backends' | 'app'> & { network: string };

/** What is wanted of a whole app. Services come in dependency order: what others wait for comes first. */
export type AppDesire = {
  app: string;
  intent: AppIntent;
  services: readonly ServiceDesire[];
  routes: readonly RouteDesire[];
  networks: readonly string[];
  volumes: readonly string[];
  /** Service → services that need it; a service stops only after those. */
  dependents: Readonly<Record<string, readonly string[]>>;
};

export type AppFacts = {
  instances: readonly InstanceFacts[];
  /** Slots whose creation is under way but not yet observed, by service. */
  pendingSlots: Readonly<Record<string, ReadonlySet<number>>>;
  /** Networks of this app that exist, and those the router is attached to. */
  networks: ReadonlySet<string>;
  routerNetworks: ReadonlySet<string>;
  volumes: ReadonlySet<string>;
};

export type AppPlan = {
  ground: GroundStep[];
  routes: AppRoutes;
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
  const byService = Map.groupBy(facts.instances, (item) => item.service);
  const plans = new Map<string, ServicePlan>();
  for (const service of desire.services) {
    plans.set(
      service.service,
      planService(
        service,
        byService.get(service.service) ?? [],
        facts.pendingSlots[service.service] ?? new Set(),
        now,
      ),
    );
  }
  const strangers = facts.instances.filter((item) => !plans.has(item.service) && item.busy === null);
  const steps = [...plans.entries()].flatMap(([service, plan]) =>
    mustWaitToStop(desire, facts, service) ? plan.steps.filter((step) => !isStop(step)) : plan.steps,
  );
  for (const item of strangers) {
    const target = {
      service: item.service,
      instance: instanceLabel(item),
      id: item.id,
      why: 'not-wanted' as const,
    };
    steps.push(
      item.state === 'running'
        ? { kind: 'retireInstance', ...target, graceMs: null }
        : { kind: 'removeInstance', ...target },
    );
  }
  const ground = desire.intent === 'running' ? layGround(desire, facts) : [];
  const services = [...plans.values()].map((plan) => plan.status);
  const wakes = [...plans.values()].map((plan) => plan.wakeAt).filter((at) => at !== null);
  return {
    ground,
    routes: {
      app: desire.app,
      routes: desire.routes.map((route) =>
        fillRoute(desire.app, route, byService.get(route.service) ?? [], plans.get(route.service)),
      ),
    },
    isWithdrawn: desire.intent === 'deleted',
    steps,
    needsHealing: [...plans.entries()].flatMap(([service, plan]) =>
      plan.needsHealing.map((item) => ({ service, ...item })),
    ),
    services,
    wakeAt: wakes.length === 0 ? null : Math.min(...wakes),
    isSettled:
      ground.length === 0 &&
      strangers.length === 0 &&
      services.every((service) => service.isSettled) &&
      (desire.intent !== 'deleted' || facts.instances.length === 0),
  };
}

function layGround(desire: AppDesire, facts: AppFacts): GroundStep[] {
  const routed = new Set(desire.routes.map((route) => route.network));
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

function fillRoute(
  app: string,
  { network, ...route }: RouteDesire,
  instances: readonly InstanceFacts[],
  plan: ServicePlan | undefined,
): Route {
  const backends = instances
    .filter((item) => plan?.routable.has(item.id) === true)
    .flatMap((item) => {
      const address = item.addresses[network];
      return address === undefined || address === ''
        ? []
        : [{ instance: instanceLabel(item), url: `http://${address}:${route.port}` }];
    })
    .sort((a, b) => (a.instance < b.instance ? -1 : 1));
  return { app, ...route, backends };
}

/** On the way down, what others need stops after them. */
function mustWaitToStop(desire: AppDesire, facts: AppFacts, service: string): boolean {
  if (desire.intent === 'running') return false;
  const dependents = desire.dependents[service] ?? [];
  return facts.instances.some(
    (item) => dependents.includes(item.service) && (item.state === 'running' || item.busy === 'retiring'),
  );
}

function isStop(step: Step): boolean {
  return step.kind === 'retireInstance' || step.kind === 'removeInstance';
}
