import type { ResolvedImage } from '../../core/app/app.ts';
import type { ScanReport } from '../../core/scan/scan.ts';
import { tell } from '../control-state.ts';
import type { OperationContext } from './operation-kind.ts';

/** Every image is scanned before anything starts; a result of the same image is used again unless it is outdated. */
export async function scanImages(
  context: OperationContext,
  images: Readonly<Record<string, ResolvedImage>>,
): Promise<void> {
  const byId = new Map(
    Object.entries(images).map(([service, image]) => [image.imageId, { service, ref: image.ref }]),
  );
  for (const [imageId, { service, ref }] of byId) await scanImage(context, imageId, service, ref);
}

const freshMs = 12 * 3_600_000;

async function scanImage(
  { state, app, report, signal }: OperationContext,
  imageId: string,
  service: string,
  ref: string,
): Promise<void> {
  const { store, scanner, runtime, clock } = state.deps;
  const known = store.scans.find(imageId);
  // A policy asks for scans of today; looking the kept SBOM up again takes no image.
  const isUsable =
    known !== null &&
    known.secrets !== undefined &&
    clock.now() - known.startedAt < freshMs &&
    !(await scanner.isOutdated(known));
  report(`scan.${service}`, 'started', `scanning ${ref}`);
  // Secrets are looked for in the image itself.
  const hasAll = known !== null && known.secrets !== undefined;
  const again = !hasAll || isUsable ? null : await scanner.rescan(known, { now: clock.now() }, signal);
  const scan = isUsable
    ? known
    : again !== null && again.state !== 'failed'
      ? again
      : await scanner.scan(
          {
            imageId,
            ref,
            image: runtime.saveImage(imageId, signal),
            now: clock.now(),
            onProgress: (text) => report(`scan.${service}`, 'progress', text),
          },
          signal,
        );
  if (!isUsable) store.scans.record(scan);
  const text = describeScan(scan);
  const data = {
    service,
    ref,
    imageId,
    state: scan.state,
    packages: scan.packages,
    findings: scan.findings.length,
    critical: scan.findings.filter(({ severity }) => severity === 'CRITICAL').length,
    high: scan.findings.filter(({ severity }) => severity === 'HIGH').length,
    secrets: scan.secrets?.length ?? null,
    isCached: isUsable,
  };
  report(`scan.${service}`, scan.state === 'failed' ? 'failed' : 'done', text, data);
  tell(state, app, 'scan.done', `${service}: ${text}`, data);
}

/** Never better than what is known. */
export function describeScan(scan: ScanReport): string {
  const count = scan.secrets?.length ?? 0;
  return `${describeState(scan)}${count === 0 ? '' : `; ${count} secret(s) in the image`}`;
}

function describeState(scan: ScanReport): string {
  const texts: Record<ScanReport['state'], string> = {
    clean: `clean, ${scan.packages} package(s)`,
    findings: `${scan.findings.length} finding(s) in ${scan.packages} package(s)`,
    'nothing-recognised':
      'nothing recognised: neither an operating system nor packages, so this says nothing',
    'no-database': `no vulnerability database: ${scan.packages} package(s) listed, none looked up`,
    failed: `scan failed: ${scan.reason ?? 'unknown reason'}`,
  };
  return texts[scan.state];
}
