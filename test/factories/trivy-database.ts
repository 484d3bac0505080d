import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderBoltFile, type BoltBucket } from './bolt-file.ts';

/** A flaw of one package, in one of the two shapes of Trivy's database. */
export type KnownFlaw = {
  id: string;
  severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';
  title: string;
  package: string;
} & (
  | { os: string; fixed: string }
  /** `npm`, `go`, …: versions as ranges. */
  | { ecosystem: string; vulnerable: string; patched: string }
);

/** Writes `trivy.db` and `metadata.json` with exactly these flaws into a folder. */
export async function writeTrivyDatabase(
  directory: string,
  { flaws, updatedAt }: { flaws: readonly KnownFlaw[]; updatedAt: string },
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const sources: Record<string, string> = {};
  const advisories: Record<string, Record<string, Record<string, string>>> = {};
  const details: Record<string, string> = {};
  for (const flaw of flaws) {
    const bucket = 'os' in flaw ? flaw.os : `${flaw.ecosystem}::Test Advisories`;
    sources[bucket] = JSON.stringify({
      ID: 'ghsa',
      Name: 'Test Advisories',
      URL: 'https://advisories.test/',
    });
    const advisory =
      'os' in flaw
        ? { FixedVersion: flaw.fixed }
        : { PatchedVersions: [flaw.patched], VulnerableVersions: [flaw.vulnerable] };
    const packages = (advisories[bucket] ??= {});
    (packages[flaw.package] ??= {})[flaw.id] = JSON.stringify(advisory);
    details[flaw.id] = JSON.stringify({
      Title: flaw.title,
      Severity: flaw.severity,
      VendorSeverity: { ghsa: ['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].indexOf(flaw.severity) },
    });
  }
  const root: BoltBucket = { ...advisories, 'data-source': sources, vulnerability: details };
  await writeFile(join(directory, 'trivy.db'), renderBoltFile(root));
  await writeFile(
    join(directory, 'metadata.json'),
    JSON.stringify({
      Version: 2,
      NextUpdate: '2099-01-01T00:00:00Z',
      UpdatedAt: updatedAt,
      DownloadedAt: updatedAt,
    }),
  );
}
