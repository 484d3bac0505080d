import { CraneError } from '../core/error/crane-error.ts';
import type { ScanWaiver } from '../core/scan/waiver.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireFuture } from './manage-admission.ts';
import { requireAdmin } from './require-admin.ts';

type Deps = Pick<ActionDeps, 'store' | 'clock' | 'newId'>;

export type WaiverInput = {
  finding: string;
  app?: string;
  package?: string;
  reason: string;
  expiresAt: number;
};

/** Takes a vulnerability upon the administrator who does it, until a time: it stands against no deployment. */
export function waiveFinding(deps: Deps, actor: Actor, input: WaiverInput): ScanWaiver {
  requireAdmin(actor);
  const createdAt = deps.clock.now();
  requireFuture(input.expiresAt, createdAt);
  const waiver: ScanWaiver = {
    id: deps.newId('wvr'),
    finding: input.finding,
    app: input.app === undefined ? null : findApp(deps, actor, input.app).engineName,
    package: input.package ?? null,
    reason: input.reason,
    expiresAt: input.expiresAt,
    createdAt,
    createdBy: actor.user.id,
  };
  deps.store.waivers.add(waiver);
  const text = `${actor.user.name} waived ${waiver.finding} for ${waiver.app ?? 'every app'}`;
  deps.store.feed.append({
    at: createdAt,
    kind: 'admission.changed',
    appId: null,
    app: null,
    text,
    data: {},
  });
  return waiver;
}

/** All of them, ended ones too; a user sees those of own apps and of every app. */
export function listWaivers({ store }: Pick<Deps, 'store'>, actor: Actor): ScanWaiver[] {
  const all = store.waivers.list();
  if (actor.user.role === 'admin') return all;
  const own = new Set(
    store.apps.list({ kind: 'owner', userId: actor.user.id }).map(({ engineName }) => engineName),
  );
  return all.filter(({ app }) => app === null || own.has(app));
}

export function endWaiver(deps: Deps, actor: Actor, { id }: { id: string }): void {
  requireAdmin(actor);
  if (deps.store.waivers.remove(id)) return;
  throw new CraneError('rule.not_found', {
    message: 'There is no such waiver.',
    fix: 'See: crane scan waivers',
  });
}
