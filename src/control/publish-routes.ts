import type { App } from '../core/app/app.ts';
import type { AppPlan } from '../core/plan/plan-app.ts';
import { instanceMemory, type AppMemory } from './app-memory.ts';
import { tell, type ControlState } from './control-state.ts';

/** Routes first: a change of routes is written before any instance goes. */
export async function publishRoutes(
  state: ControlState,
  app: App,
  memory: AppMemory,
  plan: AppPlan,
): Promise<void> {
  const { proxy, crashPoint } = state.deps;
  const isWithdrawn = plan.isWithdrawn || app.releaseNumber === null;
  if (isWithdrawn && !memory.isPublished) return;
  const routed = isWithdrawn ? new Map<string, string>() : plan.routed;
  const isSame =
    routed.size === memory.routed.size && [...routed.keys()].every((id) => memory.routed.has(id));
  // Nobody is published whom the router cannot reach yet.
  if (!isSame && routed.size > 0) await memory.joining;
  if (!isSame) crashPoint('routes.before-publish');
  if (isWithdrawn) await proxy.withdraw(app.engineName);
  else await proxy.publish(plan.routes);
  memory.isPublished = !isWithdrawn;
  if (!isSame) crashPoint('routes.published');
  const before = memory.routed;
  memory.routed = routed;
  for (const id of routed.keys()) instanceMemory(memory, id).mayServe = true;
  for (const [id, instance] of routed)
    if (!before.has(id)) tell(state, app, 'route.published', `${instance} is routed`, { instance });
  for (const [id, instance] of before)
    if (!routed.has(id))
      tell(state, app, 'instance.unrouted', `${instance} is no longer routed`, { instance });
}
