import type { AdmissionException, AdmissionRecord, AdmissionSettings } from '../core/admission/admission.ts';
import { paramsOf } from '../core/admission/params.ts';
import {
  type AdmissionMode,
  admissionPolicies,
  isPolicyId,
  type PolicyId,
} from '../core/admission/policies.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireAdmin } from './require-admin.ts';

type Deps = Pick<ActionDeps, 'store' | 'clock' | 'newId'>;

export type AdmissionPolicyView = {
  id: string;
  title: string;
  user: AdmissionMode;
  admin: AdmissionMode;
  /** Only what was changed of the shipped ones. */
  params: Readonly<Record<string, unknown>>;
  isChanged: boolean;
};

/** The policies with the modes that count now. */
export function listAdmissionPolicies({ store }: Pick<Deps, 'store'>): {
  version: number;
  policies: AdmissionPolicyView[];
} {
  const { version, modes, params } = store.admission.settings();
  const ids = Object.keys(admissionPolicies).filter(isPolicyId);
  return {
    version,
    policies: ids.map((id) => {
      const { title, user, admin } = admissionPolicies[id];
      const changed = { user: modes.user?.[id], admin: modes.admin?.[id] };
      return {
        id,
        title,
        user: changed.user ?? user,
        admin: changed.admin ?? admin,
        params: params[id] ?? {},
        isChanged: changed.user !== undefined || changed.admin !== undefined || params[id] !== undefined,
      };
    }),
  };
}

export type AdmissionChange = {
  policy: string;
  role?: 'user' | 'admin';
  mode?: AdmissionMode;
  params?: Readonly<Record<string, unknown>>;
  /** Back to what was shipped. */
  isReset?: boolean;
};

/** Changes one policy, as a new version of the settings; what is made from then on is judged by it. For admins. */
export function changeAdmission(deps: Deps, actor: Actor, change: AdmissionChange): AdmissionSettings {
  requireAdmin(actor);
  const id = requirePolicy(change.policy);
  return deps.store.transaction(() => {
    const before = deps.store.admission.settings();
    const next = change.isReset === true ? without(before, id) : applied(before, id, change);
    const at = deps.clock.now();
    const settings = deps.store.admission.changeSettings({ ...next, at, by: actor.user.id });
    tell(
      deps,
      `${actor.user.name} changed ${id} ${admissionPolicies[id].title} (version ${settings.version})`,
    );
    return settings;
  });
}

function applied(
  { modes, params }: AdmissionSettings,
  id: PolicyId,
  { role, mode, params: given }: AdmissionChange,
): Pick<AdmissionSettings, 'modes' | 'params'> {
  if (mode === undefined && given === undefined)
    throw new CraneError('input.invalid', {
      message: `Nothing of ${id} is to be changed.`,
      fix: 'Give a mode (deny, warn, audit, off), or parameters.',
    });
  const roles = role === undefined ? (['user', 'admin'] as const) : [role];
  const changed =
    mode === undefined ? {} : Object.fromEntries(roles.map((name) => [name, { ...modes[name], [id]: mode }]));
  return {
    modes: { ...modes, ...changed },
    params: given === undefined ? params : { ...params, [id]: { ...params[id], ...checkParams(id, given) } },
  };
}

function without(
  { modes, params }: AdmissionSettings,
  id: PolicyId,
): Pick<AdmissionSettings, 'modes' | 'params'> {
  const rest = <T>(map: Readonly<Partial<Record<PolicyId, T>>> = {}): Partial<Record<PolicyId, T>> =>
    Object.fromEntries(Object.entries(map).filter(([name]) => name !== id));
  return { modes: { user: rest(modes.user), admin: rest(modes.admin) }, params: rest(params) };
}

function checkParams(id: PolicyId, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parsed = paramsOf(id).safeParse(given);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: `/params/${path.join('/')}`,
    message: `${path.join('.') || 'params'}: ${message}`,
  }));
  throw new CraneError('input.invalid', {
    message: `These are no parameters of ${id}: ${errors[0]?.message ?? 'they cannot be read'}`,
    fix: `See: crane policy show admission/${id.toLowerCase()}/params.schema.json`,
    errors,
  });
}

export function requirePolicy(text: string): PolicyId {
  const id = text.trim().toUpperCase();
  if (isPolicyId(id)) return id;
  throw new CraneError('input.invalid', {
    message: `There is no policy ${JSON.stringify(text.slice(0, 40))}.`,
    fix: 'See: crane policy modes',
    errors: [{ pointer: '/policy', message: 'must be one of P01 to P20' }],
  });
}

export type ExceptionInput = {
  policy: string;
  app?: string;
  service?: string;
  reason: string;
  expiresAt: number;
};

/** Lets a policy pass, for a reason and a time. For admins. */
export function addException(deps: Deps, actor: Actor, input: ExceptionInput): AdmissionException {
  requireAdmin(actor);
  const policy = requirePolicy(input.policy);
  const now = deps.clock.now();
  requireFuture(input.expiresAt, now);
  const exception: AdmissionException = {
    id: deps.newId('exc'),
    policy,
    app: input.app === undefined ? null : findApp(deps, actor, input.app).engineName,
    service: input.service ?? null,
    reason: input.reason,
    expiresAt: input.expiresAt,
    createdAt: now,
    createdBy: actor.user.id,
  };
  deps.store.admission.addException(exception);
  const until = new Date(input.expiresAt).toISOString().slice(0, 16);
  tell(
    deps,
    `${actor.user.name} made an exception of ${policy} for ${exception.app ?? 'every app'} until ${until}`,
  );
  return exception;
}

/** At most a year: an exception for ever is a change of the policy. */
export function requireFuture(expiresAt: number, now: number): void {
  if (expiresAt > now && expiresAt <= now + 366 * 86_400_000) return;
  throw new CraneError('input.invalid', {
    message: 'The time must lie in the future, and at most a year ahead.',
    fix: 'Give it as --for 30d.',
    errors: [{ pointer: '/expiresAt', message: 'must be within a year from now' }],
  });
}

export function listExceptions({ store }: Pick<Deps, 'store'>, actor: Actor): AdmissionException[] {
  requireAdmin(actor);
  return store.admission.exceptions();
}

export function removeException(deps: Deps, actor: Actor, { id }: { id: string }): void {
  requireAdmin(actor);
  if (!deps.store.admission.removeException(id))
    throw new CraneError('rule.not_found', {
      message: 'There is no such exception.',
      fix: 'See: crane policy exceptions ls',
    });
  tell(deps, `${actor.user.name} ended the exception ${id}`);
}

/** What was found of an app, newest first: refusals, warnings, and what the regular look sees today. */
export function listAdmissions(
  { store }: Pick<Deps, 'store'>,
  actor: Actor,
  { app, limit }: { app: string; limit: number },
): AdmissionRecord[] {
  return store.admission.records(findApp({ store }, actor, app).id, limit);
}

function tell({ store, clock }: Deps, text: string): void {
  store.feed.append({ at: clock.now(), kind: 'admission.changed', appId: null, app: null, text, data: {} });
}
