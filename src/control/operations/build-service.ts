import type { ResolvedImage } from '../../core/app/app.ts';
import { planBuild, type BuildPlan } from '../../core/build/build-plan.ts';
import type { ComposeService } from '../../core/compose/compose-project.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { BuildEvent } from '../../core/port/runtime.ts';
import { tell } from '../control-state.ts';
import type { OperationContext } from './operation-kind.ts';
import type { BuildOrder } from './build-order.ts';

/** Lines of one event, and of a whole build, that are kept. */
const linesTogether = 40;
const mostLines = 4_000;
/** Lines that come quickly are told together. */
const togetherMs = 200;

/**
 * Builds a service's image from the context that was sent, with its log as events of the step `build.<service>`. After a crash
 * it is built again: steps that had ended come from the engine's cache.
 */
export async function buildService(
  context: OperationContext,
  service: string,
  spec: ComposeService,
  order: BuildOrder,
  tag: number | 'latest',
): Promise<ResolvedImage> {
  const { state, app, operation, report, signal } = context;
  const { runtime, contexts, clock } = state.deps;
  const sent = order.builds[service];
  if (sent === undefined) throw missingContext(service);
  const step = `build.${service}`;
  report(step, 'started', `building ${service}`);
  const began = clock.monotonic();
  const plan = await planFor(context, service, spec, order, tag);
  const log = createLineReport(context, step);
  const limit = createLimit(context, service);
  let imageId = '';
  try {
    const tar = contexts.read(operation.userId, sent.context, plan.files);
    const both = AbortSignal.any([signal, limit.signal]);
    for await (const event of runtime.buildImage({ plan, context: tar }, both)) {
      // Waiting for others is not its own time.
      if (event.kind !== 'waiting') limit.begin();
      if (event.kind === 'built') imageId = event.imageId;
      else log.tell(event);
    }
  } catch (thrown) {
    const error: unknown = limit.signal.aborted ? limit.signal.reason : thrown;
    log.flush();
    if (error instanceof CraneError && error.code === 'image.build_failed')
      report(step, 'failed', `${service} could not be built`);
    throw error;
  } finally {
    limit.end();
  }
  log.flush();
  const [ref = service] = plan.tags;
  const seconds = ((clock.monotonic() - began) / 1_000).toFixed(1);
  report(step, 'done', `${service} is built: ${imageId.slice(0, 19)}`, { ref, imageId });
  tell(state, app, 'image.resolved', `${service}: built in ${seconds} s, ${ref} is ${imageId.slice(0, 19)}`, {
    service,
    ref,
    imageId,
  });
  return { ref, imageId, repoDigest: null };
}

async function planFor(
  { state, app, signal }: OperationContext,
  service: string,
  spec: ComposeService,
  order: BuildOrder,
  tag: number | 'latest',
): Promise<BuildPlan> {
  const { runtime, settings } = state.deps;
  const { architecture, apiVersion, cpus } = await runtime.info(signal);
  return planBuild({
    prefix: settings.prefix,
    app: app.engineName,
    service,
    release: tag,
    spec,
    dockerfileText: order.builds[service]?.dockerfile ?? null,
    // Crane's networks and addresses are Linux's; so is the engine.
    engine: { os: 'linux', architecture, apiVersion },
    builder: settings.build.builder,
    limits: { memoryBytes: settings.build.memoryBytes, cpus: cpus * settings.build.cpuShare },
    isPulling: order.isPullingBases,
    hasCache: order.hasCache,
  });
}

function missingContext(service: string): CraneError {
  return new CraneError('context.not_found', {
    message: `services.${service} is built, and its build context was not sent.`,
    fix: 'Deploy it with crane deploy, which sends it; by API, send it to /api/v1/contexts and name it in builds.',
  });
}

type Limit = { signal: AbortSignal; begin(): void; end(): void };

/** One build is under way at a time: none may go on for ever. */
function createLimit({ state }: OperationContext, service: string): Limit {
  const { clock, settings } = state.deps;
  const { timeoutMs } = settings.build;
  const limit = new AbortController();
  const over = new AbortController();
  let hasBegun = false;
  return {
    signal: limit.signal,
    end: () => over.abort(),
    begin() {
      if (hasBegun) return;
      hasBegun = true;
      void clock.wait(timeoutMs, over.signal).then(() => {
        if (over.signal.aborted) return;
        const message = `The build of ${service} was ended: it took longer than ${timeoutMs / 1000} s.`;
        const fix = 'Make its steps shorter, or raise CRANE_BUILD_TIMEOUT_MS.';
        limit.abort(new CraneError('image.build_failed', { message, fix }));
      });
    },
  };
}

type LineReport = { tell(event: Exclude<BuildEvent, { kind: 'built' }>): void; flush(): void };

/** Tells what a build says, several lines at a time; a build that says too much is cut. */
function createLineReport({ state, report }: OperationContext, step: string): LineReport {
  const { clock } = state.deps;
  let lines: string[] = [];
  let told = 0;
  const flush = (): void => {
    if (lines.length === 0) return;
    report(step, 'progress', lines.at(-1) ?? '', { lines });
    lines = [];
  };
  const add = (line: string): void => {
    if (told > mostLines) return;
    told += 1;
    lines.push(told > mostLines ? `… (more than ${mostLines} lines; the rest is not kept)` : line);
    // What a step says before it falls silent is told too.
    if (lines.length === 1) void clock.wait(togetherMs).then(flush);
    if (lines.length >= linesTogether) flush();
  };
  return {
    flush,
    tell(event) {
      if (event.kind === 'output') return add(event.text);
      flush();
      if (event.kind === 'waiting') return report(step, 'progress', 'waiting for another build to end');
      if (event.kind === 'pull') {
        const { layer, status, doneBytes, totalBytes } = event.progress;
        return report(step, 'progress', `${layer} ${status}`.trim(), { layer, doneBytes, totalBytes });
      }
      const text = `step ${event.number}/${event.total}: ${event.text}`;
      report(step, 'progress', text, { lines: [text], number: event.number, total: event.total });
    },
  };
}
