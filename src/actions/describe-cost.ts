import { z } from 'zod';
import type { App } from '../core/app/app.ts';
import {
  addCosts,
  computeCost,
  defaultPrices,
  type CostTotal,
  type Prices,
  type ServiceCost,
} from '../core/cost/cost.ts';
import { parseJson } from '../core/json/parse-json.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireAdmin } from './require-admin.ts';

export type AppCost = { app: string; services: ServiceCost[]; total: CostTotal };
export type CostReport = { since: number; until: number; prices: Prices; apps: AppCost[]; total: CostTotal };

const pricesKey = 'prices';
const amount = z.number().min(0).max(1_000_000);
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters such as EUR');
const pricesSchema = z.strictObject({
  currency,
  cpuCoreHour: amount,
  memoryGibHour: amount,
  instanceHour: amount,
}) satisfies z.ZodType<Prices>;
/** What of the table may be changed, and how. */
export const pricesChange = z.strictObject({
  currency: currency.exactOptional(),
  cpuCoreHour: amount.exactOptional(),
  memoryGibHour: amount.exactOptional(),
  instanceHour: amount.exactOptional(),
});

/** The table in force: an admin's, or the one that Crane comes with. */
export function readPrices({ store }: Pick<ActionDeps, 'store'>): Prices {
  const stored = pricesSchema.safeParse(parseJson(store.settings.get(pricesKey) ?? 'null'));
  return stored.success ? stored.data : defaultPrices;
}

/** For admins. Of the past too: prices are applied when a report is made. */
export function setPrices(deps: ActionDeps, actor: Actor, change: Partial<Prices>): Prices {
  requireAdmin(actor);
  const prices = pricesSchema.parse({ ...readPrices(deps), ...change });
  deps.store.settings.set(pricesKey, JSON.stringify(prices));
  return prices;
}

/** Of one app, or of all that the actor may see; from `since` (ten minutes exact) until now. Apps that are gone are not in it. */
export function describeCost(
  deps: ActionDeps,
  actor: Actor,
  { app, since }: { app: string | null; since: number },
): CostReport {
  const apps = app === null ? deps.store.apps.list(scopeOf(actor)) : [findApp(deps, actor, app)];
  const until = deps.clock.now();
  const prices = readPrices(deps);
  const costs = apps.map((each) => costOf(deps, each, { since, until, prices }));
  return { since, until, prices, apps: costs, total: addCosts(costs.map(({ total }) => total)) };
}

function costOf(
  { store }: ActionDeps,
  app: App,
  { since, until, prices }: { since: number; until: number; prices: Prices },
): AppCost {
  const services = store.meter.sum(app.id, since, until).map((metered) => computeCost(metered, prices));
  return { app: app.uniqueName, services, total: addCosts(services) };
}
