import { databaseMaxAgeMs } from '../core/admission/params.ts';
import type { ImageSecret, Misconfiguration, ScanReport, ScanState } from '../core/scan/scan.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** What is known of the image a service runs; `not-scanned` = no scan of it is stored. */
export type ScanView = Omit<
  ScanReport,
  'state' | 'sbom' | 'packages' | 'scanner' | 'startedAt' | 'tookMs' | 'secrets' | 'misconfigurations'
> & {
  /** Null, both = not looked for. */
  secrets: readonly ImageSecret[] | null;
  misconfigurations: readonly Misconfiguration[] | null;
  service: string;
  image: string;
  state: ScanState | 'stale' | 'not-scanned';
  packages: number | null;
  hasSbom: boolean;
  scanner: string | null;
  startedAt: number | null;
  tookMs: number | null;
};

/** The newest scan of each image of the app's current release. */
export function describeScans(
  deps: Pick<ActionDeps, 'store' | 'clock'>,
  actor: Actor,
  input: { app: string },
): ScanView[] {
  const app = findApp(deps, actor, input.app);
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const oldest = deps.clock.now() - databaseMaxAgeMs(deps.store.admission.settings());
  return Object.entries(release?.images ?? {}).map(([service, { ref, imageId }]) => {
    const report = deps.store.scans.find(imageId);
    return { ...(report === null ? notScanned : viewOf(report, oldest)), service, image: ref, imageId };
  });
}

const notScanned = {
  state: 'not-scanned',
  packages: null,
  findings: [],
  secrets: null,
  misconfigurations: null,
  hasSbom: false,
  scanner: null,
  databaseAt: null,
  reason: 'no scan of this image is stored',
  startedAt: null,
  tookMs: null,
} as const;

/** Nothing found by an old database is not the same as nothing to be found. */
function viewOf({ sbom, ...report }: ScanReport, oldest: number): Omit<ScanView, 'service' | 'image'> {
  const { databaseAt, state } = report;
  const isStale = databaseAt !== null && databaseAt < oldest && state === 'clean';
  const { secrets = null, misconfigurations = null } = report;
  const known = { ...report, secrets, misconfigurations, hasSbom: sbom !== null };
  if (!isStale) return known;
  const day = new Date(databaseAt).toISOString().slice(0, 10);
  return { ...known, state: 'stale', reason: `compared with a vulnerability database of ${day}` };
}
