import type { App } from '../core/app/app.ts';
import { firingsOf, type OwnerRule, type RuleFiring, type RuleSet } from '../core/alert/owner-rule.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireService } from './restart-app.ts';

type Deps = Pick<ActionDeps, 'store' | 'clock' | 'ruleWorkbench' | 'rulesChanged'>;
const mostRules = 50;

const none = (app: App): RuleSet => ({
  appId: app.id,
  version: 0,
  rules: [],
  note: '',
  by: '',
  at: app.createdAt,
});

/** The rules in force; version 0 = there never was one. */
export function listRules(deps: Pick<Deps, 'store'>, actor: Actor, input: { app: string }): RuleSet {
  const app = findApp(deps, actor, input.app);
  return deps.store.ruleSets.newest(app.id) ?? none(app);
}

/** Versions, newest first. */
export function listRuleSets(deps: Pick<Deps, 'store'>, actor: Actor, input: { app: string }): RuleSet[] {
  return deps.store.ruleSets.list(findApp(deps, actor, input.app).id);
}

/** Adds a rule, or replaces the one of this name, once it was found to be good. Throws `input.invalid`. */
export async function addRule(
  deps: Deps,
  actor: Actor,
  input: { app: string; rule: OwnerRule },
  signal?: AbortSignal,
): Promise<RuleSet> {
  const { rule } = input;
  const found = findApp(deps, actor, input.app);
  requireService(deps, found, rule.service);
  await deps.ruleWorkbench.compile(found.engineName, rule, signal);
  return change(deps, actor, input.app, (rules) => {
    const others = rules.filter(({ name }) => name !== rule.name);
    if (others.length >= mostRules)
      throw new CraneError('app.conflict', {
        message: `${found.uniqueName} has ${mostRules} rules already.`,
        fix: `Remove one: crane rules ${found.uniqueName} rm NAME`,
      });
    return {
      rules: [...others, rule],
      note: `${others.length === rules.length ? 'added' : 'changed'} ${rule.name}`,
    };
  });
}

export function removeRule(deps: Deps, actor: Actor, input: { app: string; name: string }): RuleSet {
  return change(deps, actor, input.app, (rules, app) => {
    const left = rules.filter(({ name }) => name !== input.name);
    if (left.length === rules.length)
      throw new CraneError('rule.not_found', {
        message: `${app.uniqueName} has no rule ${JSON.stringify(input.name.slice(0, 80))}.`,
        fix: `List them with: crane rules ${app.uniqueName} ls`,
      });
    return { rules: left, note: `removed ${input.name}` };
  });
}

/** The rules of an earlier version again, as a new version; without a number those before the last change. */
export async function rollBackRules(
  deps: Deps,
  actor: Actor,
  input: { app: string; version?: number },
  signal?: AbortSignal,
): Promise<RuleSet> {
  const app = findApp(deps, actor, input.app);
  const versions = deps.store.ruleSets.list(app.id);
  const wanted = input.version ?? (versions[0]?.version ?? 0) - 1;
  const target = wanted === 0 ? none(app) : versions.find(({ version }) => version === wanted);
  if (target === undefined || versions.length === 0)
    throw new CraneError('rule.not_found', {
      message: `${app.uniqueName} has no version ${wanted} of its rules.`,
      fix: `List them with: crane rules ${app.uniqueName} history`,
    });
  for (const rule of target.rules) await deps.ruleWorkbench.compile(app.engineName, rule, signal);
  return change(deps, actor, input.app, () => ({ rules: target.rules, note: `back to version ${wanted}` }));
}

export type RulePreview = {
  expr: string;
  from: number;
  to: number;
  firings: RuleFiring[];
  firingMs: number;
  /** Series that the expression gives now: one alert each. */
  seriesNow: number;
  valueNow: number | null;
};

const previewMs = 3_600_000;
const stepMs = 5_000;

/** What a rule would have done in the last hour. Nothing is stored. */
export async function previewRule(
  deps: Deps,
  actor: Actor,
  input: { app: string; rule: OwnerRule },
  signal?: AbortSignal,
): Promise<RulePreview> {
  const app = findApp(deps, actor, input.app);
  requireService(deps, app, input.rule.service);
  const expr = await deps.ruleWorkbench.compile(app.engineName, input.rule, signal);
  const to = Math.floor(deps.clock.now() / stepMs) * stepMs;
  const from = to - previewMs;
  const points = await deps.ruleWorkbench.preview(expr, { from, to, stepMs }, signal);
  const firings = firingsOf(
    points.map(({ at, series }) => ({ at, holds: series > 0 })),
    input.rule.forMs,
  );
  const last = points.at(-1);
  return {
    expr,
    from,
    to,
    firings,
    firingMs: firings.reduce((sum, firing) => sum + ((firing.to ?? to) - firing.from), 0),
    seriesNow: last?.series ?? 0,
    valueNow: last?.value ?? null,
  };
}

function change(
  deps: Deps,
  actor: Actor,
  ref: string,
  edit: (rules: readonly OwnerRule[], app: App) => { rules: readonly OwnerRule[]; note: string },
): RuleSet {
  const changed = deps.store.transaction(() => {
    const app = findApp(deps, actor, ref);
    const { rules, note } = edit(deps.store.ruleSets.newest(app.id)?.rules ?? [], app);
    const at = deps.clock.now();
    const set = deps.store.ruleSets.add({ appId: app.id, rules, note, by: actor.user.name, at });
    deps.store.feed.append({
      at,
      kind: 'app.steered',
      appId: app.id,
      app: app.uniqueName,
      text: `rules, version ${set.version}: ${note} by ${actor.user.name}`,
      data: { version: set.version },
    });
    return set;
  });
  deps.rulesChanged();
  return changed;
}
