import type { Decision } from '../core/decision/decision.ts';
import { explainDecision as explain, type Explanation } from '../core/decision/explain.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Paged } from '../core/port/page.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** One decision with its explanation. */
export function explainDecision(
  deps: ActionDeps,
  actor: Actor,
  input: { id: string },
): { decision: Decision } & Explanation {
  const decision = findDecision(deps, actor, input.id);
  return { decision, ...explain(decision) };
}

/** @throws `decision.not_found`, also for one that the actor may not see */
export function findDecision(deps: Pick<ActionDeps, 'store'>, actor: Actor, id: string): Decision {
  const decision = deps.store.decisions.find(scopeOf(actor), id);
  if (decision !== null) return decision;
  throw new CraneError('decision.not_found', {
    message: `There is no decision ${JSON.stringify(id.slice(0, 80))}.`,
    fix: 'List them with: crane decisions APP',
  });
}

export type DecisionFilter = {
  app?: string;
  service?: string;
  onlyChanges?: boolean;
  limit: number;
  cursor: string | null;
};

/** Newest first. */
export function listDecisions(deps: ActionDeps, actor: Actor, filter: DecisionFilter): Paged<Decision> {
  const appId = filter.app === undefined ? null : findApp(deps, actor, filter.app).id;
  return deps.store.decisions.list(
    scopeOf(actor),
    {
      appId,
      ...(filter.service === undefined ? {} : { service: filter.service }),
      onlyChanges: filter.onlyChanges ?? false,
    },
    { limit: filter.limit, cursor: filter.cursor },
  );
}
