import { CraneError } from '../error/crane-error.ts';
import { signalNames, type SignalName } from '../signal/signal.ts';

/** What can be done to a service's own instances, each with its undoing; see `disturbances`. */
export const chaosKinds = ['kill-one', 'kill-all', 'pause', 'failing-health', 'cpu', 'memory'] as const;
export type ChaosKind = (typeof chaosKinds)[number];

/** `p95Ms < 200`, `errorRate < 0.01`: what is expected to hold all the time. */
export type ChaosCheck = { signal: SignalName; below: number };

export type ChaosSpec = {
  kind: ChaosKind;
  service: string;
  forMs: number;
  /** What somebody expects, in words. */
  hypothesis: string | null;
  checks: readonly ChaosCheck[];
};

/** What is done to an instance, and undone. */
export type Disturbance =
  | { kind: 'pause' | 'unpause' | 'halt' | 'continue' }
  | { kind: 'limit-cpu'; cores: number }
  | { kind: 'limit-memory'; bytes: number };

/** Everything that is to be undone, known before anything is done. */
export type ChaosUndo = { id: string; instance: string; undo: Disturbance };

export type ChaosTarget = {
  id: string;
  instance: string;
  cpuLimitCores: number | null;
  memoryLimitBytes: number | null;
  memoryBytes: number | null;
};

export type ChaosPlan = {
  kills: readonly Pick<ChaosTarget, 'id' | 'instance'>[];
  disturbs: readonly { id: string; instance: string; with: Disturbance }[];
  undo: readonly ChaosUndo[];
};

/** Least that is left of a CPU, cores, and of memory above what is in use. */
const leastCores = 0.02;
const memoryRoom = 1.1;

/**
 * Who is disturbed and how. One instance, but for `kill-all`, `cpu` and `memory`, which take the whole service: a tenth of the CPU
 * limit, or so little memory that nothing more can be taken. `input.invalid` when there is nobody, or no limit to go back to.
 */
export function planChaos(kind: ChaosKind, targets: readonly ChaosTarget[]): ChaosPlan {
  const [first] = targets;
  if (first === undefined)
    throw new CraneError('input.invalid', {
      message: 'No instance of the service runs now.',
      fix: 'Look at: crane ps APP',
    });
  const each = (
    some: readonly ChaosTarget[],
    act: (target: ChaosTarget) => [Disturbance, Disturbance],
  ): ChaosPlan => {
    const acts = some.map((target) => ({ target, act: act(target) }));
    return {
      kills: [],
      disturbs: acts.map(({ target: { id, instance }, act: [does] }) => ({ id, instance, with: does })),
      undo: acts.map(({ target: { id, instance }, act: [, undo] }) => ({ id, instance, undo })),
    };
  };
  switch (kind) {
    case 'kill-one':
      return { kills: [first], disturbs: [], undo: [] };
    case 'kill-all':
      return { kills: targets, disturbs: [], undo: [] };
    case 'pause':
      return each([first], () => [{ kind: 'pause' }, { kind: 'unpause' }]);
    case 'failing-health':
      return each([first], () => [{ kind: 'halt' }, { kind: 'continue' }]);
    case 'cpu':
      return each(targets, ({ instance, cpuLimitCores }) => {
        const cores = requireLimit(instance, 'CPU', cpuLimitCores);
        return [
          { kind: 'limit-cpu', cores: Math.max(leastCores, cores / 10) },
          { kind: 'limit-cpu', cores },
        ];
      });
    case 'memory':
      return each(targets, ({ instance, memoryLimitBytes, memoryBytes }) => {
        const bytes = requireLimit(instance, 'memory', memoryLimitBytes);
        const used = memoryBytes ?? bytes / 2;
        const least = Math.min(bytes, Math.max(8 * 1024 ** 2, Math.ceil(used * memoryRoom)));
        return [
          { kind: 'limit-memory', bytes: least },
          { kind: 'limit-memory', bytes },
        ];
      });
  }
}

function requireLimit(instance: string, what: string, limit: number | null): number {
  if (limit !== null) return limit;
  throw new CraneError('input.invalid', {
    message: `${instance} has no ${what} limit, or it is not measured yet: there would be nothing to go back to.`,
    fix: 'Give the service deploy.resources.limits, or try again in a few seconds.',
  });
}

/** The worst seen of each signal; `missing`: how often it could not be read. */
export type SeenSignal = { signal: SignalName; worst: number | null; readings: number; missing: number };

export type ChaosResult = {
  kind: ChaosKind;
  service: string;
  hypothesis: string | null;
  startedAt: number;
  endedAt: number;
  disturbed: readonly string[];
  /** Everything was put back; a text says what could not be. */
  notUndone: readonly string[];
  /** Fewest ready instances, and how many were wanted at the beginning. */
  minReady: number;
  wanted: number;
  /** From the beginning until all that is wanted was ready again after it had not been; null = it never was short, or still is. */
  recoveredMs: number | null;
  checks: readonly (SeenSignal & { below: number; verdict: 'held' | 'broken' | 'unknown' })[];
  /** Ids of what was decided about the service meanwhile. */
  decisions: readonly string[];
  verdict: 'held' | 'broken' | 'unknown';
};

/** Not seen is not held. */
export function judgeChecks(
  checks: readonly ChaosCheck[],
  seen: readonly SeenSignal[],
): { checks: ChaosResult['checks']; verdict: ChaosResult['verdict'] } {
  const judged = checks.map(({ signal, below }) => {
    const of = seen.find((item) => item.signal === signal) ?? {
      signal,
      worst: null,
      readings: 0,
      missing: 0,
    };
    const verdict = of.worst === null ? 'unknown' : of.worst < below ? 'held' : 'broken';
    return { ...of, below, verdict } as const;
  });
  const all = judged.map(({ verdict }) => verdict);
  const verdict = all.includes('broken')
    ? 'broken'
    : all.includes('unknown') || all.length === 0
      ? 'unknown'
      : 'held';
  return { checks: judged, verdict };
}

const shortNames: Readonly<Record<string, { signal: SignalName; factor: number }>> = {
  p95: { signal: 'p95Ms', factor: 1 },
  errors: { signal: 'errorRate', factor: 0.01 },
  cpu: { signal: 'cpuPercent', factor: 1 },
  memory: { signal: 'memoryPercent', factor: 1 },
};

/** `p95<200ms,errors<1%,inFlight<10`. Null: it cannot be read. */
export function parseChecks(text: string): ChaosCheck[] | null {
  const checks = text.split(',').map((part) => {
    const [, name = '', amount] = /^\s*([A-Za-z0-9]+)\s*<\s*(\d+(?:\.\d+)?)\s*(?:ms|%)?\s*$/.exec(part) ?? [];
    const short = shortNames[name];
    const signal = short?.signal ?? signalNames.find((each) => each === name);
    if (signal === undefined || amount === undefined) return null;
    return { signal, below: Number(amount) * (short?.factor ?? 1) };
  });
  return checks.includes(null) ? null : checks.filter((check) => check !== null);
}
