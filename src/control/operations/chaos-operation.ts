import { z } from 'zod';
import {
  chaosKinds,
  judgeChecks,
  planChaos,
  type ChaosResult,
  type ChaosSpec,
  type ChaosTarget,
  type ChaosUndo,
  type SeenSignal,
} from '../../core/chaos/chaos.ts';
import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import { instanceLabel } from '../../core/service/instance.ts';
import { signalNames } from '../../core/signal/signal.ts';
import { memoryOf, nextChange, tell } from '../control-state.ts';
import type { OperationContext, OperationKindRun } from './operation-kind.ts';

export const chaosSpecSchema = z.object({
  kind: z.enum(chaosKinds),
  service: z.string(),
  forMs: z.number(),
  hypothesis: z.string().nullable(),
  checks: z.array(z.object({ signal: z.enum(signalNames), below: z.number() })),
}) satisfies z.ZodType<ChaosSpec>;

const disturbance = z.union([
  z.object({ kind: z.enum(['pause', 'unpause', 'halt', 'continue']) }),
  z.object({ kind: z.literal('limit-cpu'), cores: z.number() }),
  z.object({ kind: z.literal('limit-memory'), bytes: z.number() }),
]);
const keptSchema = z.object({
  undo: z.array(z.object({ id: z.string(), instance: z.string(), undo: disturbance })),
});

/** How often it is looked at, and how long putting something back may take, milliseconds. */
const lookMs = 250;
const signalMs = 1_000;
const undoMs = 10_000;

/**
 * Disturbs a service for a while. What is to be undone is stored before anything is done, so that whatever ends the process, the next
 * one finds it and puts it back; it does not begin again.
 *
 *      stored undo → disturb → watch until the time is over or it is cancelled → undo → result
 */
export const chaos: OperationKindRun = {
  carryOut: async (context) => {
    if (context.operation.status === 'running') return resume(context);
    return { result: await runChaos(context) };
  },
};

async function resume(context: OperationContext): Promise<never> {
  const { state, operation } = context;
  const kept = keptSchema.safeParse(state.deps.store.operations.find({ kind: 'all' }, operation.id)?.result);
  const notUndone = kept.success ? await undoAll(context, kept.data.undo) : [];
  throw new CraneError('operation.cancelled', {
    message: `The trial was cut short by a restart of Crane; ${notUndone.length === 0 ? 'everything was put back' : notUndone.join('; ')}.`,
    fix: 'Start it again.',
  });
}

async function runChaos(context: OperationContext): Promise<ChaosResult> {
  const { state, app, operation, input, signal, report } = context;
  const { store, clock, runtime } = state.deps;
  const spec = chaosSpecSchema.parse(input);
  const startedAt = clock.now();
  const plan = planChaos(spec.kind, targetsOf(context, spec.service));
  const wanted = readyOf(context, spec.service).wanted;
  store.operations.update(operation.id, { result: { undo: plan.undo } });
  const disturbed = [...plan.kills, ...plan.disturbs].map(({ instance }) => instance);
  tell(state, app, 'chaos.started', `chaos: ${spec.kind} on ${disturbed.join(', ')}`, {
    operation: operation.id,
    service: spec.service,
  });
  report('chaos', 'started', `${spec.kind} on ${disturbed.join(', ')} for ${spec.forMs / 1000} s`, {
    disturbed,
  });
  let seen: Seen = { minReady: wanted, wasShort: false, recoveredMs: null, signals: [] };
  let notUndone: string[] = [];
  const memory = memoryOf(state, app);
  memory.trial = { operation: operation.id, kind: spec.kind, service: spec.service };
  try {
    for (const { id } of plan.kills) await runtime.killInstance(id, signal);
    for (const { id, with: does } of plan.disturbs) await runtime.disturbInstance(id, does, signal);
    seen = await watch(context, spec, wanted);
  } finally {
    memory.trial = null;
    notUndone = await undoAll(context, plan.undo);
  }
  const { items } = store.decisions.list(
    { kind: 'all' },
    { appId: app.id, service: spec.service },
    { limit: 200, cursor: null },
  );
  const result: ChaosResult = {
    kind: spec.kind,
    service: spec.service,
    hypothesis: spec.hypothesis,
    startedAt,
    endedAt: clock.now(),
    disturbed,
    notUndone,
    wanted,
    minReady: seen.minReady,
    recoveredMs: seen.recoveredMs,
    ...judgeChecks(spec.checks, seen.signals),
    decisions: items.filter(({ at, lastAt }) => at >= startedAt || lastAt >= startedAt).map(({ id }) => id),
  };
  tell(
    state,
    app,
    'chaos.ended',
    `chaos ended: ${spec.kind} on ${spec.service}, at least ${seen.minReady} of ${wanted} ready, checks ${result.verdict}`,
    {
      operation: operation.id,
      service: spec.service,
    },
  );
  return result;
}

function targetsOf({ state, app }: OperationContext, service: string): ChaosTarget[] {
  const usage = state.usageOf(app.id);
  return memoryOf(state, app)
    .observed.filter((item) => item.service === service && item.state === 'running')
    .map((item) => {
      const instance = instanceLabel(item);
      const reading = usage.instances.find((each) => each.instance === instance);
      const used = reading?.kind === 'value' ? reading.usage : null;
      return {
        id: item.id,
        instance,
        cpuLimitCores: used?.cpuLimitCores ?? null,
        memoryLimitBytes: used?.memoryLimitBytes ?? null,
        memoryBytes: used?.memoryBytes ?? null,
      };
    });
}

function readyOf({ state, app }: OperationContext, service: string): { ready: number; wanted: number } {
  const status = memoryOf(state, app).plan?.services.find((item) => item.service === service);
  return { ready: status?.ready ?? 0, wanted: status?.desired ?? 0 };
}

type Seen = { minReady: number; wasShort: boolean; recoveredMs: number | null; signals: SeenSignal[] };

/** Until the time is over; a cancelled one rejects. */
async function watch(context: OperationContext, spec: ChaosSpec, wanted: number): Promise<Seen> {
  const { state, app, signal } = context;
  const { clock, metrics } = state.deps;
  const began = clock.monotonic();
  const seen: Seen = { minReady: wanted, wasShort: false, recoveredMs: null, signals: [] };
  for (
    let readAt = began;
    clock.monotonic() - began < spec.forMs;
    await nextChange(state, app.id, lookMs, signal)
  ) {
    signal.throwIfAborted();
    const { ready, wanted: now } = readyOf(context, spec.service);
    seen.minReady = Math.min(seen.minReady, ready);
    if (ready < Math.min(wanted, now)) Object.assign(seen, { wasShort: true, recoveredMs: null });
    else if (seen.wasShort) seen.recoveredMs ??= clock.monotonic() - began;
    if (clock.monotonic() < readAt || spec.checks.length === 0) continue;
    readAt = clock.monotonic() + signalMs;
    const names = spec.checks.map((check) => check.signal);
    const asked = { app: app.engineName, service: spec.service, names, replicas: Math.max(1, ready) };
    for (const read of await metrics.readSignals({ ...asked, now: clock.now() }, signal))
      noteSignal(seen.signals, read.name, read.kind === 'value' ? read.value : null);
  }
  signal.throwIfAborted();
  return seen;
}

function noteSignal(signals: SeenSignal[], signal: SeenSignal['signal'], value: number | null): void {
  const known = signals.find((item) => item.signal === signal);
  const of = known ?? { signal, worst: null, readings: 0, missing: 0 };
  if (known === undefined) signals.push(of);
  if (value === null) of.missing += 1;
  else Object.assign(of, { worst: Math.max(of.worst ?? value, value), readings: of.readings + 1 });
}

/** Also when it was cancelled and while Crane stops; texts say what could not be put back. What is gone needs nothing. */
async function undoAll({ state, report }: OperationContext, undo: readonly ChaosUndo[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { id, instance, undo: act } of undo) {
    try {
      await state.deps.runtime.disturbInstance(id, act, AbortSignal.timeout(undoMs));
      report('undo', 'done', `${instance}: ${act.kind}`);
    } catch (error) {
      failed.push(`${instance}: ${toCraneError(error).message}`);
    }
  }
  return failed;
}
