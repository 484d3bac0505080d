import { z } from 'zod';
import { CraneError } from '../error/crane-error.ts';
import type { ErrorDetail } from '../error/crane-error.ts';
import type { LoadPhase } from './load.ts';

const perSecond: Readonly<Record<string, number>> = { s: 1, sec: 1, second: 1, m: 60, min: 60, minute: 60 };

/** `200`, `200/s`, `200rps`, `12000/m` → requests per second; null when it is not a rate. */
export function parseRate(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(?:\s*\/\s*(s|sec|second|m|min|minute)|\s*rps)?$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) / (perSecond[match[2] ?? 's'] ?? 1);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `20s`, `1m30s`, `500ms`, `2h` → milliseconds; a bare number counts seconds, as in Artillery. Null when it is no duration. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d{1,9}(\.\d{1,6})?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(?:\d{1,9}(?:\.\d{1,6})?(?:ms|s|m|h))+$/.test(trimmed)) return null;
  let sum = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  }
  return sum;
}

const rate = z.union([
  z.number().min(0).max(1_000_000),
  z.string().transform((text, context) => {
    const parsed = parseRate(text);
    if (parsed !== null) return parsed;
    context.issues.push({ code: 'custom', message: 'must be a rate such as 200 or 200/s', input: text });
    return z.NEVER;
  }),
]);

/** A length in seconds, or text with units. */
const duration = z.union([
  z
    .number()
    .min(0)
    .max(1_000_000)
    .transform((seconds) => seconds * 1000),
  z.string().transform((text, context) => {
    const parsed = parseDuration(text);
    if (parsed !== null) return parsed;
    context.issues.push({ code: 'custom', message: 'must be a duration such as 20s or 1m30s', input: text });
    return z.NEVER;
  }),
]);

/** One phase in Artillery's words: https://www.artillery.io/docs/reference/test-script#phases---load-phases. */
const phase = z
  .strictObject({
    name: z.string().max(200).optional(),
    duration: duration.optional(),
    arrivalRate: rate.optional(),
    arrivalCount: z.number().int().min(0).max(10_000_000).optional(),
    rampTo: rate.optional(),
    pause: duration.optional(),
  })
  .transform((written, context): LoadPhase => {
    const { duration: durationMs, arrivalRate, arrivalCount, rampTo, pause } = written;
    const isPause = pause !== undefined;
    if (isPause && durationMs === undefined && arrivalRate === undefined && rampTo === undefined) {
      return { durationMs: pause, fromRate: 0, toRate: 0 };
    }
    if (isPause || durationMs === undefined || (arrivalRate === undefined) === (arrivalCount === undefined)) {
      const message = 'needs either pause alone, or duration with arrivalRate or arrivalCount';
      context.issues.push({ code: 'custom', message, input: written });
      return z.NEVER;
    }
    const fromRate = arrivalRate ?? (arrivalCount ?? 0) / Math.max(durationMs / 1000, 1e-3);
    return { durationMs, fromRate, toRate: rampTo ?? fromRate };
  });

const phaseList = z.array(phase).min(1).max(100);
const flatFile = z.looseObject({ phases: z.unknown() });
const artilleryScript = z.looseObject({ config: flatFile });

/** The phases of a bare list, of `{ phases }`, or of the `config` of a whole Artillery script (its other keys are not for us). */
function findPhases(input: unknown): { phases: unknown; pointer: string } {
  const script = artilleryScript.safeParse(input);
  if (script.success) return { phases: script.data.config.phases, pointer: '/config/phases' };
  const flat = flatFile.safeParse(input);
  if (flat.success && !Array.isArray(input)) return { phases: flat.data.phases, pointer: '/phases' };
  return { phases: input, pointer: '' };
}

/**
 * Phases as people write them, from already parsed YAML or JSON.
 * @throws CraneError `input.invalid` with a JSON pointer per mistake.
 */
export function parsePhases(input: unknown): LoadPhase[] {
  const found = findPhases(input);
  const parsed = phaseList.safeParse(found.phases);
  if (parsed.success) return parsed.data;
  const errors: ErrorDetail[] = parsed.error.issues.map((issue) => ({
    pointer: [found.pointer, ...issue.path.map(String)].join('/'),
    message: issue.message,
  }));
  throw new CraneError('input.invalid', {
    message: 'The load phases could not be understood.',
    fix: 'Write a list of phases such as { duration: 20, arrivalRate: 10, rampTo: 200 }, or { pause: 5 }.',
    errors,
  });
}
