import { judgeApp } from '../actions/admit-app.ts';
import type { AdmissionReport } from '../core/admission/admission.ts';
import type { App, Release } from '../core/app/app.ts';
import { newlyFound } from '../core/scan/newly-found.ts';
import { tell, type ControlState } from './control-state.ts';

export const auditMs = 3_600_000;

/**
 * Looks at what runs with the eyes of today: kept SBOMs are looked up again where the database has changed, and every app is
 * judged by the policies in force. It reports, and never stops anything.
 */
export async function auditApps(state: ControlState): Promise<void> {
  const { store, log } = state.deps;
  for (const app of store.apps.list({ kind: 'all' })) {
    if (state.signal.aborted) return;
    const release = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
    if (app.intent !== 'running' || release === null) continue;
    try {
      await scanAgain(state, app, release);
      await judgeAgain(state, app, release);
    } catch (error) {
      if (state.signal.aborted) return;
      log.warn({ app: app.uniqueName, err: error }, 'the app could not be looked at again');
    }
  }
}

async function scanAgain(state: ControlState, app: App, { images }: Release): Promise<void> {
  const { store, scanner, clock } = state.deps;
  for (const [service, { imageId }] of Object.entries(images)) {
    const known = store.scans.find(imageId);
    const isOld = known !== null && clock.now() - known.startedAt > auditMs * 12;
    if (known === null || !(isOld || (await scanner.isOutdated(known)))) continue;
    const scan = await scanner.rescan(known, { now: clock.now() }, state.signal);
    if (scan === null || scan.state === 'failed') continue;
    store.scans.record(scan);
    const found = newlyFound(known, scan);
    if (found.length === 0) continue;
    const ids = found.slice(0, 5).join(', ');
    const text = `${service} of ${app.uniqueName} turned out to be vulnerable: ${ids}${found.length > 5 ? ', …' : ''}`;
    tell(state, app, 'scan.done', text, { service, imageId, found: found.slice(0, 100) });
  }
}

async function judgeAgain(
  state: ControlState,
  app: App,
  { project, images, root = null }: Release,
): Promise<void> {
  const { store, clock, newId } = state.deps;
  const owner = store.users.find(app.ownerId);
  const actor = { id: app.ownerId, role: owner?.role ?? 'user' };
  const request = { action: 'audit' as const, actor, app, project, images, isScanned: true, root };
  const report = await judgeApp(state.deps, request, state.signal);
  const last = store.admission.records(app.id, 50).find(({ action }) => action === 'audit');
  if (sameFindings(report, last ?? null)) return;
  const record = { ...report, id: newId('adm'), at: clock.now(), appId: app.id, app: app.uniqueName };
  store.admission.record({ ...record, action: 'audit', userId: app.ownerId });
  if (report.isAllowed) return;
  const text = `${app.uniqueName} runs and would not be allowed today; it is left alone`;
  tell(state, app, 'admission.denied', text, {
    action: 'audit',
    violations: report.violations
      .filter(({ mode }) => mode === 'deny')
      .map(({ policy, service, msg }) => ({ policy, service, msg })),
  });
}

/** Only what is new is kept. */
function sameFindings(now: AdmissionReport, last: AdmissionReport | null): boolean {
  const keys = ({ violations }: AdmissionReport): string =>
    JSON.stringify(
      violations
        .map(({ policy, service, mode, path, msg }) => [policy, service, mode, path, msg].join('\0'))
        .sort((a, b) => (a < b ? -1 : 1)),
    );
  return last === null ? now.violations.length === 0 : keys(now) === keys(last);
}
