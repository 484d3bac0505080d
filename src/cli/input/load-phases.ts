import { parse } from 'yaml';
import { usageError } from '../cli-error.ts';
import { parseDuration, parseRate } from './duration.ts';

export type LoadPhase = { durationMs: number; fromRate: number; toRate: number };

const keys = ['name', 'duration', 'arrivalRate', 'arrivalCount', 'rampTo', 'pause'];

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The list itself, `phases`, or `config.phases` of a whole Artillery script. */
function findPhases(document: unknown): unknown {
  if (!isRecord(document)) return document;
  if (isRecord(document['config']) && 'phases' in document['config']) return document['config']['phases'];
  return document['phases'];
}

function figure(
  value: unknown,
  place: string,
  parseText: (text: string, place: string) => number,
): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return parseText(String(value), place);
  throw usageError(`${place} must be a number or a text.`);
}

function parsePhase(value: unknown, place: string): LoadPhase {
  if (!isRecord(value))
    throw usageError(`${place} must be a phase such as { duration: 20, arrivalRate: 200 }.`);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw usageError(`${place}.${unknown} is not known.`, `Known are: ${keys.join(', ')}.`);
  const pause = figure(value['pause'], `${place}.pause`, parseDuration);
  if (pause !== null) return { durationMs: pause, fromRate: 0, toRate: 0 };
  const durationMs = figure(value['duration'], `${place}.duration`, parseDuration);
  const count = figure(value['arrivalCount'], `${place}.arrivalCount`, parseRate);
  const rate = figure(value['arrivalRate'], `${place}.arrivalRate`, parseRate);
  if (durationMs === null || durationMs === 0)
    throw usageError(`${place} needs a duration.`, 'Write duration: 20 for 20 seconds.');
  const fromRate = rate ?? (count === null ? null : count / (durationMs / 1000));
  if (fromRate === null)
    throw usageError(`${place} needs an arrivalRate.`, 'Write arrivalRate: 200 for 200 requests per second.');
  return { durationMs, fromRate, toRate: figure(value['rampTo'], `${place}.rampTo`, parseRate) ?? fromRate };
}

/**
 * Phases in the words of Artillery, from the text of a YAML or JSON file.
 * @throws usage error with the place of the mistake.
 */
export function parsePhases(text: string, file: string): LoadPhase[] {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : 'not readable';
    throw usageError(`${file} is not YAML: ${reason}`);
  }
  const phases = findPhases(document);
  if (!Array.isArray(phases) || phases.length === 0) {
    throw usageError(
      `${file} has no phases.`,
      'Write phases: [{ duration: 20, arrivalRate: 50, rampTo: 200 }].',
    );
  }
  return phases.map((phase, index) => parsePhase(phase, `${file} phases[${index}]`));
}
