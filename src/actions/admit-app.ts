import type { AppNames, ResolvedImage } from '../core/app/app.ts';
import type {
  AdmissionAction,
  AdmissionQuestion,
  AdmissionReport,
  AdmissionVerdict,
} from '../core/admission/admission.ts';
import { refusalOf, type Written } from '../core/admission/refusal.ts';
import { renderQuestion, type AdmissionGround, type JudgedImage } from '../core/admission/render-question.ts';
import type { ComposeProject, ComposeService } from '../core/compose/compose-project.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { EngineCreate } from '../core/service/engine-create.ts';
import { steeringLabels } from '../core/service/steering-labels.ts';
import { renderInstance } from '../core/service/render-instance.ts';
import type { ActionDeps } from './action-deps.ts';
import { networkOwner } from '../core/route/desire-routes.ts';

export type AdmissionDeps = Pick<
  ActionDeps,
  'store' | 'clock' | 'runtime' | 'policy' | 'host' | 'secretFiles' | 'newId'
> & {
  settings: Pick<ActionDeps['settings'], 'prefix'>;
};

export type AdmissionRequest = {
  action: AdmissionAction;
  actor: { id: number; role: string };
  /** `id` null: not there yet. */
  app: AppNames & { id: number | null };
  project: ComposeProject;
  /** What is known of the images: absent = not looked for yet. */
  images: Readonly<Record<string, ResolvedImage | null>>;
  /** Whether the images were scanned, or should have been. */
  isScanned: boolean;
  /** The folder of the project on this machine, when its owner says so. */
  root: string | null;
  /** Only these; absent = all. */
  services?: readonly string[];
};

/** Asks the policies about all services of an app at once. Nothing is stored. `policy.unavailable` when there is no usable answer. */
export async function judgeApp(
  deps: AdmissionDeps,
  request: AdmissionRequest,
  signal?: AbortSignal,
): Promise<AdmissionReport> {
  const ground = groundOf(deps, request);
  const chosen = Object.entries(request.project.services).filter(
    ([name]) => request.services?.includes(name) ?? true,
  );
  const verdicts = await Promise.all(
    chosen.map(async ([service, spec]) => {
      const question = await questionAbout(deps, request, ground, { service, spec }, signal);
      return { service, ...(await decide(deps, question, signal)) };
    }),
  );
  return {
    isAllowed: verdicts.every(({ isAllowed }) => isAllowed),
    violations: verdicts.flatMap(({ service, violations }) =>
      violations.map((item) => ({ ...item, service })),
    ),
    policyRevision: verdicts[0]?.policyRevision ?? '',
    settingsVersion: ground.settings.version,
  };
}

/**
 * The same for something that is about to be done: what was found is kept, and what is denied is thrown as `policy.denied`, or as
 * `scan.blocked` when only scans stand against it.
 */
export async function admitApp(
  deps: AdmissionDeps,
  request: AdmissionRequest,
  written: Written | null,
  signal?: AbortSignal,
): Promise<AdmissionReport> {
  const report = await judgeApp(deps, request, signal);
  if (report.violations.length > 0) keep(deps, request, report);
  const refusal = refusalOf(report, written ?? { project: request.project });
  if (refusal !== null) throw refusal;
  return report;
}

export function keep(
  deps: AdmissionDeps,
  { action, actor, app }: AdmissionRequest,
  report: AdmissionReport,
): void {
  const at = deps.clock.now();
  deps.store.admission.record({
    ...report,
    id: deps.newId('adm'),
    at,
    appId: app.id,
    app: app.uniqueName,
    action,
    userId: actor.id,
  });
  if (report.isAllowed) return;
  const denied = report.violations.filter(({ mode }) => mode === 'deny');
  deps.store.feed.append({
    at,
    kind: 'admission.denied',
    appId: app.id,
    app: app.id === null ? null : app.uniqueName,
    text: `${action} of ${app.uniqueName} was refused: ${[...new Set(denied.map(({ policy }) => policy))].join(', ')}`,
    data: { action, violations: denied.map(({ policy, service, msg }) => ({ policy, service, msg })) },
  });
}

export function groundOf(
  { store, clock, host }: AdmissionDeps,
  { action, actor, app }: AdmissionRequest,
): AdmissionGround {
  return {
    action,
    actor: { id: actor.id, role: actor.role },
    // The name that stays: exceptions go on when the app is called otherwise.
    app: app.engineName,
    now: clock.now(),
    settings: store.admission.settings(),
    exceptions: store.admission.exceptions(),
    waivers: store.waivers.list(),
    host: { sockets: host.sockets, ports: host.ports },
  };
}

/** The question about one service, as it is planned. */
export async function questionAbout(
  deps: AdmissionDeps,
  request: AdmissionRequest,
  ground: AdmissionGround,
  { service, spec }: { service: string; spec: ComposeService },
  signal: AbortSignal | undefined,
): Promise<AdmissionQuestion> {
  const { project, app, root } = request;
  const judged = await imageOf(deps, request, service, signal);
  const { create } = renderInstance({
    ...networkOwner(deps.settings.prefix, app),
    project,
    service,
    spec,
    imageId: judged.image?.imageId ?? '',
    imageRef: judged.image?.ref ?? spec.image ?? '',
    release: 1,
    slot: 1,
  });
  const paths = await realPaths(deps, create, project);
  return renderQuestion({ ground, project, service, spec, create, paths, root, ...judged });
}

async function imageOf(
  { runtime, store }: AdmissionDeps,
  { images, isScanned }: AdmissionRequest,
  service: string,
  signal: AbortSignal | undefined,
): Promise<JudgedImage> {
  const image = images[service] ?? null;
  if (image === null) return { image, facts: null, scan: undefined };
  const scan = isScanned ? store.scans.find(image.imageId) : undefined;
  try {
    const facts = await runtime.imageFacts(image.imageId, signal);
    refuseSteering(image.ref, facts.labels);
    return { image, facts, scan };
  } catch (error) {
    if (error instanceof CraneError && error.code === 'image.not_found') return { image, facts: null, scan };
    throw error;
  }
}

function refuseSteering(ref: string, labels: readonly string[]): void {
  const [label] = steeringLabels(labels);
  if (label === undefined) return;
  throw new CraneError('compose.unsupported', {
    message: `The image ${ref} carries the label ${label}, by which Crane knows its own.`,
    fix: 'Build the image without it.',
  });
}

/** Where the paths of the machine lead that the instance would see, links followed. */
export async function realPaths(
  { host }: Pick<AdmissionDeps, 'host'>,
  { HostConfig }: Pick<EngineCreate, 'HostConfig'>,
  project: ComposeProject,
): Promise<{ path: string; real: string }[]> {
  const binds = (HostConfig.Binds ?? []).map((bind) => bind.split(':')[0] ?? '');
  const mounts = (HostConfig.Mounts ?? []).flatMap(({ Type, Source }) =>
    Type === 'bind' && Source !== undefined ? [Source] : [],
  );
  const devices = Object.values(project.volumes ?? {}).flatMap(({ driver_opts: options }) =>
    typeof options?.['device'] === 'string' ? [options['device']] : [],
  );
  const paths = [...new Set([...binds, ...mounts, ...devices])].filter((path) => path.startsWith('/'));
  const found = await Promise.all(
    paths.map(async (path) => ({ path, real: (await host.realPath(path)) ?? path })),
  );
  return found.filter(({ path, real }) => path !== real);
}

/** Nonsense is as good as no answer: nothing is let through by it. */
export async function decide(
  { policy }: AdmissionDeps,
  question: AdmissionQuestion,
  signal: AbortSignal | undefined,
): Promise<AdmissionVerdict> {
  try {
    return await policy.decideAdmission(question, signal);
  } catch (error) {
    if (!(error instanceof CraneError) || error.code !== 'policy.bad_output') throw error;
    throw new CraneError(
      'policy.unavailable',
      { message: error.message, fix: 'Look at crane status and the log, then try again.' },
      { cause: error },
    );
  }
}
