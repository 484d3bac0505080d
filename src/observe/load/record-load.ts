import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { LoadProgress, LoadReport, LostKind } from '../../core/load/load.ts';
import type { Outcome } from './send-request.ts';

/** Instances answering within this time of the first request are the old ones. */
const oldInstancesMs = 500;
const secondMs = 1000;
/** Distinct instance names that are counted; more than that is an app that makes them up. */
const maxInstances = 500;

export type LoadRecorder = {
  /** Times in milliseconds from the begin of the load. Returns whether a new instance was seen. */
  record(outcome: Outcome, times: { plannedAt: number; endedAt: number }): boolean;
  progress(elapsedMs: number): LoadProgress;
  /** Closes the last second. */
  finish(elapsedMs: number): Omit<LoadReport, 'startedAt'>;
};

type Row = LoadReport['series'][number];
type Second = { beginMs: number; requests: number; lost: number; instances: Set<string> };

function newSecond(beginMs: number): Second {
  return { beginMs, requests: 0, lost: 0, instances: new Set() };
}

/** Milliseconds with microsecond digits; 0 when nothing was recorded. */
function percentileMs(histogram: RecordableHistogram, percent: number): number {
  return histogram.count === 0 ? 0 : histogram.percentile(percent) / 1000;
}

function add<Key extends string>(counts: Partial<Record<Key, number>>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/**
 * Whether the time of a request belongs into the percentiles: answers do, and requests that waited their whole time
 * in vain (leaving those out would flatter a stalled app); an instant refusal says nothing about speed.
 */
function isTimed(lost: LostKind | null): boolean {
  return lost !== 'refused' && lost !== 'reset' && lost !== 'other';
}

/** Counts what happened; HDR histograms of microseconds for the whole load and for the running second. */
export function createLoadRecorder(firstPlannedAt: number): LoadRecorder {
  const options = { lowest: 1, highest: 3_600_000_000, figures: 3 } as const;
  const whole = createHistogram(options);
  const running = createHistogram(options);
  const lostByKind: Partial<Record<LostKind, number>> = {};
  const statuses: Record<string, number> = {};
  const byInstance: Record<string, number> = Object.create(null);
  const old = new Set<string>();
  const seen = new Set<string>();
  const series: Row[] = [];
  let requests = 0;
  let lost = 0;
  let firstNewReplicaMs: number | null = null;
  let second = newSecond(0);

  function closeSecond(): void {
    series.push({
      atMs: second.beginMs,
      requests: second.requests,
      lost: second.lost,
      p50Ms: percentileMs(running, 50),
      p99Ms: percentileMs(running, 99),
      instances: second.instances.size,
    });
    running.reset();
    second = newSecond(second.beginMs + secondMs);
  }

  function closeSecondsUntil(atMs: number): void {
    while (atMs >= second.beginMs + secondMs) closeSecond();
  }

  function recordInstance(instance: string, status: number, endedAt: number): boolean {
    const sinceFirst = endedAt - firstPlannedAt;
    if (sinceFirst < oldInstancesMs) old.add(instance);
    const isGood = status >= 200 && status < 300;
    if (isGood && firstNewReplicaMs === null && !old.has(instance)) firstNewReplicaMs = sinceFirst;
    const isNew = !seen.has(instance);
    if (isNew && seen.size >= maxInstances) return false;
    seen.add(instance);
    second.instances.add(instance);
    add(byInstance, instance);
    return isNew;
  }

  return {
    record(outcome, { plannedAt, endedAt }) {
      closeSecondsUntil(endedAt);
      requests += 1;
      second.requests += 1;
      if (outcome.lost !== null) {
        lost += 1;
        second.lost += 1;
        add(lostByKind, outcome.lost);
      }
      if (isTimed(outcome.lost)) {
        const micros = Math.max(1, Math.round((endedAt - plannedAt) * 1000));
        whole.record(micros);
        running.record(micros);
      }
      if (outcome.status === null) return false;
      add(statuses, String(outcome.status));
      return outcome.instance === null ? false : recordInstance(outcome.instance, outcome.status, endedAt);
    },
    progress(elapsedMs) {
      closeSecondsUntil(elapsedMs);
      const last = series.at(-1);
      return {
        elapsedMs: Math.round(elapsedMs),
        requests,
        lost,
        ratePerSecond: last?.requests ?? second.requests,
        p50Ms: last?.p50Ms ?? percentileMs(running, 50),
        p99Ms: last?.p99Ms ?? percentileMs(running, 99),
        instances: [...seen],
      };
    },
    finish(elapsedMs) {
      closeSecondsUntil(elapsedMs);
      if (second.requests > 0) closeSecond();
      return {
        durationMs: Math.round(elapsedMs),
        requests,
        lost,
        lostByKind,
        p50Ms: percentileMs(whole, 50),
        p90Ms: percentileMs(whole, 90),
        p99Ms: percentileMs(whole, 99),
        maxMs: whole.count === 0 ? 0 : whole.max / 1000,
        statuses,
        byInstance: { ...byInstance },
        firstNewReplicaMs: firstNewReplicaMs === null ? null : Math.round(firstNewReplicaMs),
        series,
      };
    },
  };
}
