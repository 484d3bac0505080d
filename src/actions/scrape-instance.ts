import { CraneError } from '../core/error/crane-error.ts';
import type { ScrapeResult } from '../core/port/scrape.ts';
import type { ActionDeps } from './action-deps.ts';
import type { FindDeclaredMetrics } from './declared-metrics.ts';

/** Less than Prometheus waits, so that it gets an answer that says what is wrong. */
const timeoutMs = 3_000;
const maxBytes = 2 * 1024 ** 2;

/**
 * Reads an instance's declared metrics, from where it was observed. `instance.not_found` when no instance with metrics has this
 * id; one that does not run or answer is a result, not an error.
 */
export async function scrapeInstance(
  deps: Pick<ActionDeps, 'observed' | 'scrape'>,
  findMetrics: FindDeclaredMetrics,
  input: { id: string; accept: string | null },
  signal: AbortSignal,
): Promise<ScrapeResult> {
  const item = deps.observed.instance(input.id);
  if (item !== null && item.state !== 'running')
    return { kind: 'failed', reason: `the instance is ${item.state}` };
  const declared = item === null ? null : findMetrics(item);
  if (declared === null)
    throw new CraneError(
      'instance.not_found',
      `No instance with metrics has the id ${JSON.stringify(input.id.slice(0, 80))}.`,
    );
  return deps.scrape({ ...declared, accept: input.accept, timeoutMs, maxBytes }, signal);
}
