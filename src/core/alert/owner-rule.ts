import { z } from 'zod';

/** Ready conditions: what is watched, and which number is asked for. */
export const rulePresets = {
  'requests-per-second': { unit: 'req/s per replica', fallback: null },
  p95: { unit: 'ms at the 95th percentile', fallback: null },
  'error-rate': { unit: 'share of failed requests, 0 to 1', fallback: 0.05 },
  'in-flight': { unit: 'open requests per replica', fallback: null },
  cpu: { unit: '% CPU', fallback: 90 },
  memory: { unit: '% memory', fallback: 90 },
  /** Nothing answers although something should. */
  down: { unit: 'ready replicas', fallback: 0 },
  /** Fewer answer than wanted. */
  unhealthy: { unit: 'replicas that do not answer', fallback: 0 },
  /** Restarts within ten minutes. */
  'crash-loop': { unit: 'restarts within ten minutes', fallback: 3 },
} as const satisfies Record<string, { unit: string; fallback: number | null }>;
export type RulePreset = keyof typeof rulePresets;
export const rulePresetNames: readonly RulePreset[] = [
  'requests-per-second',
  'p95',
  'error-rate',
  'in-flight',
  'cpu',
  'memory',
  'down',
  'unhealthy',
  'crash-loop',
];

export const ruleSeverities = ['info', 'warning', 'critical'] as const;

/** What holds of every rule of an owner. The name is used once in an app. */
const common = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and -, beginning with a letter'),
  service: z.string().min(1).max(128),
  /** It must hold so long before the rule fires. */
  forMs: z.int().min(0).max(86_400_000),
  severity: z.enum(ruleSeverities),
};

/** A rule of an app's owner, for the app's own series. */
export const ownerRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('preset'),
    preset: z.enum(rulePresetNames),
    /** Fires above this. */
    above: z.number().min(0).max(1e9),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('promql'),
    /** As written; the app's label is forced into every selector. Fires for each series that it gives. */
    expr: z.string().min(1).max(1_000),
  }),
]);
export type OwnerRule = z.infer<typeof ownerRuleSchema>;

/** All rules of an app at one time; each change makes the next version. */
export type RuleSet = {
  appId: number;
  version: number;
  rules: readonly OwnerRule[];
  /** What changed: `added slow`. */
  note: string;
  by: string;
  at: number;
};

/** A stretch of time in which a rule would have fired; `to` null = it would be firing now. */
export type RuleFiring = { from: number; to: number | null };

/**
 * When a rule would have fired: the condition (one entry per step, true where it gave a series) has to hold for `forMs`
 * without a break. Pure.
 */
export function firingsOf(points: readonly { at: number; holds: boolean }[], forMs: number): RuleFiring[] {
  const firings: RuleFiring[] = [];
  let since: number | null = null;
  for (const { at, holds } of points) {
    if (holds) {
      since ??= at;
      const open = firings.at(-1);
      if (at - since >= forMs && (open === undefined || open.to !== null))
        firings.push({ from: at, to: null });
    } else {
      since = null;
      const open = firings.at(-1);
      if (open?.to === null) open.to = at;
    }
  }
  return firings;
}
