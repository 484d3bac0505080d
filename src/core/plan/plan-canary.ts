import type { Route } from '../route/route.ts';
import { instanceLabel } from '../service/instance.ts';
import type { InstanceFacts } from './instance-facts.ts';
import type { CanaryDesire, RouteDesire } from './app-desire.ts';
import { planService, type ServicePlan } from './plan-service.ts';

/** Under this key the slots being created for a canary are kept, apart from those of the service itself. */
export function canarySlots(service: string): string {
  return `${service}~canary`;
}

/** Whether an instance is the canary's, not the app's own release's. */
export function isOfCanary(canary: CanaryDesire | null, item: InstanceFacts): boolean {
  return (
    canary?.services.some(
      ({ service, release, specHash }) =>
        item.service === service && item.release === release && item.specHash === specHash,
    ) ?? false
  );
}

/** Plans a canary's services, each as if it stood alone. */
export function planCanary(
  canary: CanaryDesire | null,
  instances: readonly InstanceFacts[],
  pendingSlots: Readonly<Record<string, ReadonlySet<number>>>,
  now: number,
): Map<string, ServicePlan> {
  const plans = new Map<string, ServicePlan>();
  for (const desire of canary?.services ?? []) {
    const own = instances.filter((item) => item.service === desire.service);
    const pending = pendingSlots[canarySlots(desire.service)] ?? new Set();
    const plan = planService(desire, own, pending, now);
    plan.status.service = `${desire.service} (canary)`;
    plans.set(desire.service, plan);
  }
  return plans;
}

type Wanted = { canary: CanaryDesire | null; route: RouteDesire; nth: number };

/** The canary's instances behind a route, by the port and in the network that the canary's own route of the same service names. */
export function canaryBackends(
  { canary, route, nth }: Wanted,
  instances: readonly InstanceFacts[],
  plan: ServicePlan | undefined,
): { canary: Route['canary']; routed: [id: string, label: string][] } {
  if (canary === null || plan === undefined) return { canary: null, routed: [] };
  const same = canary.routes.filter((each) => each.service === route.service);
  const { port, network } = same[nth] ?? same[0] ?? route;
  const there = instances.flatMap((item) => {
    const address = item.addresses[network];
    if (item.service !== route.service || !plan.routable.has(item.id)) return [];
    if (address === undefined || address === '') return [];
    return [{ id: item.id, instance: instanceLabel(item), url: `http://${address}:${port}` }];
  });
  there.sort((a, b) => (a.instance < b.instance ? -1 : 1));
  return {
    canary: { weight: canary.weight, backends: there.map(({ instance, url }) => ({ instance, url })) },
    routed: there.map(({ id, instance }) => [id, instance]),
  };
}
