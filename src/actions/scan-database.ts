import { databaseMaxAgeMs } from '../core/admission/params.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { requireAdmin } from './require-admin.ts';

type Deps = Pick<ActionDeps, 'scanDatabase' | 'store' | 'clock' | 'wakeAudit'>;

export type ScanDatabaseView = {
  isPresent: boolean;
  updatedAt: number | null;
  ageHours: number | null;
  sizeBytes: number | null;
  isStale: boolean;
};

export async function showDatabase({ scanDatabase, store, clock }: Deps): Promise<ScanDatabaseView> {
  const found = await scanDatabase.status();
  if (found === null)
    return { isPresent: false, updatedAt: null, ageHours: null, sizeBytes: null, isStale: false };
  const ageMs = clock.now() - found.updatedAt;
  const isStale = ageMs > databaseMaxAgeMs(store.admission.settings());
  return { isPresent: true, ...found, ageHours: Math.round(ageMs / 360_000) / 10, isStale };
}

/** Takes a database over; then everything that runs is looked up in it. For admins. */
export async function importDatabase(
  deps: Deps,
  actor: Actor,
  { path }: { path: string },
  signal?: AbortSignal,
): Promise<ScanDatabaseView> {
  requireAdmin(actor);
  const { updatedAt } = await deps.scanDatabase.import(path, signal);
  const day = new Date(updatedAt).toISOString().slice(0, 10);
  deps.store.feed.append({
    at: deps.clock.now(),
    kind: 'admission.changed',
    appId: null,
    app: null,
    text: `${actor.user.name} imported the vulnerability database of ${day}`,
    data: { updatedAt },
  });
  deps.wakeAudit();
  return showDatabase(deps);
}
