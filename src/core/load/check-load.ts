import { CraneError } from '../error/crane-error.ts';
import type { ErrorDetail } from '../error/crane-error.ts';
import type { LoadSpec } from './load.ts';
import { durationOf } from './plan-load.ts';

/** Hard ceilings of the generator itself; the configuration may set lower ones. */
export const loadLimits = {
  rate: 10_000,
  durationMs: 3_600_000,
  connections: 1024,
  timeoutMs: 120_000,
} as const;

/** `127.0.0.0/8`, `::1` and `localhost`: names that resolve elsewhere are not followed, so that no load leaves this machine. */
export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false;
  // The URL parser has already normalised forms such as 127.1 or 0x7f000001.
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
}

function within(
  name: string,
  pointer: string,
  seen: number,
  limit: number,
  unit: string,
): ErrorDetail | null {
  if (Number.isFinite(seen) && seen > 0 && seen <= limit) return null;
  return { pointer, message: `${name} must be above 0 and at most ${limit} ${unit} (saw ${seen})` };
}

function phaseMistakes(spec: LoadSpec): (ErrorDetail | null)[] {
  const found: (ErrorDetail | null)[] = [];
  for (const [index, phase] of spec.phases.entries()) {
    const rates = [phase.fromRate, phase.toRate];
    if (!rates.every((rate) => Number.isFinite(rate) && rate >= 0 && rate <= loadLimits.rate)) {
      found.push({
        pointer: `/phases/${index}`,
        message: `rates must be 0 to ${loadLimits.rate} requests per second (saw ${rates.join(' to ')})`,
      });
    }
    found.push(
      within('duration', `/phases/${index}`, phase.durationMs, loadLimits.durationMs, 'milliseconds'),
    );
  }
  if (spec.phases.length === 0) found.push({ pointer: '/phases', message: 'at least one phase is needed' });
  return found;
}

/** Refuses what is unbounded or would leave this machine. @throws CraneError `input.invalid` with every mistake. */
export function checkLoad(spec: LoadSpec): void {
  const mistakes = [
    isLoopbackUrl(spec.url)
      ? null
      : {
          pointer: '/url',
          message: `must be http or https on a loopback address (saw ${JSON.stringify(spec.url)})`,
        },
    /^\/[!-~]*$/.test(spec.path)
      ? null
      : { pointer: '/path', message: 'must begin with / and hold printable ASCII without spaces' },
    ...phaseMistakes(spec),
    within('the whole duration', '/phases', durationOf(spec.phases), loadLimits.durationMs, 'milliseconds'),
    within('connections', '/connections', spec.connections, loadLimits.connections, 'connections'),
    within('the time-out', '/timeoutMs', spec.timeoutMs, loadLimits.timeoutMs, 'milliseconds'),
  ].filter((mistake) => mistake !== null);
  if (mistakes.length === 0) return;
  throw new CraneError('input.invalid', {
    message: `The load was refused: ${mistakes[0]?.message ?? ''}.`,
    fix: "Load only the app's own routes on this machine, within the limits.",
    errors: mistakes,
  });
}
