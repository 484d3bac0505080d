import { z } from 'zod';
import { ownerRuleSchema } from '../../core/alert/owner-rule.ts';
import { listOf, named, time } from './components.ts';

export const ruleSchema = named(
  'OwnerRule',
  ownerRuleSchema.describe('A preset with its threshold, or PromQL whose selectors are held to the app.'),
);
export const ruleSetSchema = named(
  'RuleSet',
  z.object({
    version: z.int().describe('0: there never was a rule.'),
    rules: z.array(ruleSchema).readonly(),
    note: z.string().describe('What changed.'),
    by: z.string(),
    at: time,
  }),
);
export const ruleSetsSchema = listOf(ruleSetSchema);
export const rulesRollbackBody = named(
  'RulesRollback',
  z.strictObject({
    version: z.int().min(0).exactOptional().describe('Absent: the one before the last change.'),
  }),
);
export const rulePreviewSchema = named(
  'RulePreview',
  z.object({
    expr: z.string().describe('As it would be evaluated.'),
    from: time,
    to: time,
    firings: z
      .array(z.object({ from: time, to: time.nullable().describe('Null: it fires now.') }))
      .readonly(),
    firingMs: z.number(),
    seriesNow: z.int().describe('Series that the expression gives now; one alert each.'),
    valueNow: z.number().nullable(),
  }),
);
