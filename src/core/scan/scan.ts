/**
 * States never confused: `clean` (looked up against a database, nothing found), `findings`, `nothing-recognised` (no
 * operating system and no packages: says nothing), `no-database` (an SBOM was made, nothing could be looked up),
 * `failed`.
 */
export type ScanState = 'clean' | 'findings' | 'nothing-recognised' | 'no-database' | 'failed';

export type Finding = {
  id: string;
  severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'UNKNOWN';
  package: string;
  installed: string;
  fixed: string | null;
  title: string;
  url: string | null;
};

/** One run on one image. */
export type ScanReport = {
  imageId: string;
  state: ScanState;
  packages: number;
  findings: readonly Finding[];
  /** CycloneDX JSON text; null only when the scan failed. */
  sbom: string | null;
  scanner: string;
  databaseAt: number | null;
  reason: string | null;
  startedAt: number;
  /** Its operating system gets no security updates any more; absent = not known. */
  isEndOfLife?: boolean;
  tookMs: number;
};
