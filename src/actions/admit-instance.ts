import type { AdmissionQuestion, AdmissionReport, AdmissionVerdict } from '../core/admission/admission.ts';
import { sharesInstances, withCreated, withoutMounts } from '../core/admission/created-payload.ts';
import { policiesOf, refusalOf } from '../core/admission/refusal.ts';
import type { App, Release } from '../core/app/app.ts';
import { sortedJson } from '../core/service/stable-hash.ts';
import {
  decide,
  groundOf,
  keep,
  questionAbout,
  realPaths,
  type AdmissionDeps,
  type AdmissionRequest,
} from './admit-app.ts';

export type InstanceToAdmit = {
  app: App;
  release: Release;
  service: string;
  /** The engine's id of the instance that was made and not started; null = it is still to be made. */
  id: string | null;
  /** As whose; absent = as who made the release. */
  actor?: { id: number; role: string };
};

/**
 * Whether one instance of a release that was let in may be made, and once it was made, by the engine's own word and by where its
 * paths lead now, whether it may be started. It is asked by today's policies and settings as of the time of the release: neither
 * exceptions nor scans that have become old since keep an app from being healed. The same question is asked once; afterwards it
 * needs no policy engine. Throws `policy.denied`; `policy.unavailable` for what was never judged.
 */
export async function admitInstance(
  deps: AdmissionDeps,
  of: InstanceToAdmit,
  signal?: AbortSignal,
): Promise<void> {
  const { app, release, service } = of;
  const spec = release.project.services[service];
  if (spec === undefined) return;
  const request = requestOf(deps, of);
  const ground = { ...groundOf(deps, request), now: release.createdAt };
  const planned = await questionAbout(deps, request, ground, { service, spec }, signal);
  const asked = of.id === null ? planned : await asCreated(deps, of, planned, of.id, signal);
  if (asked === null) return;
  const told = of.id === null ? null : await toldBefore(deps, of, planned, signal);
  const text = sortedJson({ asked, told, revision: deps.policy.revision });
  const known = deps.store.admission.admitted(app.id, text);
  const found = known ?? (await ask(deps, { request, service, asked, told }, signal));
  remember(deps, of, text, found);
  if (of.id === null) remember(deps, of, plainText(deps, planned), found);
}

/** The policies that have something to say, and let it through. */
async function ask(
  deps: AdmissionDeps,
  of: {
    request: AdmissionRequest;
    service: string;
    asked: AdmissionQuestion;
    told: readonly string[] | null;
  },
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { request, service, asked, told } = of;
  const report = denyNews({ ...(await decide(deps, asked, signal)), service }, told);
  const refusal = refusalOf(report, { project: request.project });
  if (refusal === null) return policiesOf(report.violations);
  keep(deps, request, report);
  throw refusal;
}

function remember(
  { store, clock }: AdmissionDeps,
  { app }: InstanceToAdmit,
  text: string,
  found: readonly string[],
): void {
  if (store.admission.admitted(app.id, text)?.join() === found.join()) return;
  try {
    store.admission.admit(app.id, text, found, clock.now());
  } catch {
    // A full disk keeps nothing from being healed: it is asked again next time.
  }
}

/** The question but for where paths lead, which may change from one moment to the next. */
function plainText({ policy }: AdmissionDeps, { paths: _now, ...plain }: AdmissionQuestion): string {
  return sortedJson({ plain, revision: policy.revision });
}

/** The policies that had something to say when the instance was still to be made. */
async function toldBefore(
  deps: AdmissionDeps,
  { app }: InstanceToAdmit,
  planned: AdmissionQuestion,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const known = deps.store.admission.admitted(app.id, plainText(deps, planned));
  if (known !== null) return known;
  return policiesOf((await decide(deps, planned, signal)).violations);
}

function requestOf({ store }: AdmissionDeps, of: InstanceToAdmit): AdmissionRequest {
  const { app, release, service } = of;
  const user = store.users.find(release.createdBy);
  // Who is gone or disabled has left an app that runs: it may what everybody may.
  const role = user === null || user.isDisabled ? 'user' : user.role;
  return {
    action: 'create',
    actor:
      of.actor === undefined ? { id: release.createdBy, role } : { id: of.actor.id, role: of.actor.role },
    app,
    project: release.project,
    images: release.images,
    isScanned: false,
    root: release.root ?? null,
    services: [service],
  };
}

/** The question with what the engine made of the payload. Null = the instance is gone. */
async function asCreated(
  deps: AdmissionDeps,
  { app, release }: InstanceToAdmit,
  planned: AdmissionQuestion,
  id: string,
  signal: AbortSignal | undefined,
): Promise<AdmissionQuestion | null> {
  const made = await deps.runtime.inspectCreated(id, signal);
  if (made === null || planned.create === null) return null;
  // Its own secrets in memory are nothing that anybody asked for.
  const found = withoutMounts(made, (source) => deps.secretFiles.owns(app.engineName, source));
  const others = sharesInstances(found) ? await deps.runtime.observeInstances(app.engineName, signal) : [];
  const serviceOf = (other: string): string | undefined => others.find((item) => item.id === other)?.service;
  const create = withCreated(planned.create, found, serviceOf);
  return { ...planned, create, paths: await realPaths(deps, create, release.project) };
}

/** What only the instance shows is denied, even where it would be a warning: it is not what was let in. */
function denyNews(
  { service, ...verdict }: AdmissionVerdict & { service: string },
  told: readonly string[] | null,
): AdmissionReport {
  const violations = verdict.violations.map((item) => {
    const isNews = item.mode === 'warn' && told !== null && !told.includes(item.policy);
    return { ...item, mode: isNews ? ('deny' as const) : item.mode, service };
  });
  return { ...verdict, violations, isAllowed: violations.every(({ mode }) => mode !== 'deny') };
}
