import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import type { LoadReport, LoadSpec } from '../../core/load/load.ts';
import { tell } from '../control-state.ts';
import type { OperationContext, OperationKindRun } from './operation-kind.ts';

const orderSchema = z.object({ id: z.string() });

/** Runs a load once; one that a crash of Crane cut short is not run again, since its numbers would lie. */
export const load: OperationKindRun = {
  carryOut: async (context) => ({ result: await runLoad(context) }),
};

async function runLoad(context: OperationContext): Promise<LoadReport> {
  const { state, app, operation, input, signal, report } = context;
  const { store, loads, clock } = state.deps;
  if (operation.status === 'running')
    throw new CraneError('operation.cancelled', {
      message: 'The load was cut short by a restart of Crane.',
      fix: 'Start it again.',
    });
  const { id } = orderSchema.parse(input);
  const spec = store.loads.find(app.id, id)?.spec;
  if (spec === undefined) throw new CraneError('load.not_found', `There is no load ${id}.`);
  tell(state, app, 'load.started', `load on ${spec.host}: ${describeLoad(spec)}`, { load: id });
  report('load', 'started', describeLoad(spec), { load: id });
  const began = clock.monotonic();
  const result = await loads.run(
    await withAuthority(context, spec),
    (progress) =>
      report(
        'load',
        'progress',
        `${progress.requests} requests, ${progress.lost} lost, p99 ${Math.round(progress.p99Ms)} ms`,
        { ...progress },
      ),
    signal,
  );
  store.loads.finish(id, result);
  tell(
    state,
    app,
    'load.ended',
    `load ended: ${result.requests} requests, ${result.lost} lost, p99 ${Math.round(result.p99Ms)} ms`,
    { load: id, requests: result.requests, lost: result.lost, tookMs: clock.monotonic() - began },
  );
  return result;
}

async function withAuthority({ state }: OperationContext, spec: LoadSpec): Promise<LoadSpec> {
  if (!spec.url.startsWith('https:')) return spec;
  const { certificate } = await state.deps.certificates.authority();
  return { ...spec, authority: certificate };
}

function describeLoad(spec: LoadSpec): string {
  return spec.phases
    .map(
      (phase) =>
        `${phase.fromRate === phase.toRate ? `${phase.toRate}/s` : `${phase.fromRate}→${phase.toRate}/s`} for ${phase.durationMs / 1000} s`,
    )
    .join(', then ');
}
