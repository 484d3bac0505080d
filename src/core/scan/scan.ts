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

/** A secret that lies in an image: which kind, and where. Never what it is. */
export type ImageSecret = {
  rule: string;
  title: string;
  severity: Finding['severity'];
  /** Null = the image's configuration: its variables, and how it was made. */
  file: string | null;
  line: number;
};

/** Something in how an image was made that good practice advises against. */
export type Misconfiguration = {
  id: string;
  severity: Finding['severity'];
  title: string;
  message: string;
  fix: string;
  url: string | null;
};

/** One run on one image. */
export type ScanReport = {
  imageId: string;
  state: ScanState;
  packages: number;
  findings: readonly Finding[];
  /** Absent, both = not looked for. */
  secrets?: readonly ImageSecret[];
  misconfigurations?: readonly Misconfiguration[];
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
