import type { ScanReport } from './scan.ts';

/** Severe vulnerabilities that the later report of the same image knows and the earlier did not, each id once. */
export function newlyFound(
  before: Pick<ScanReport, 'findings'>,
  after: Pick<ScanReport, 'findings'>,
): string[] {
  const known = new Set(before.findings.map(({ id }) => id));
  const severe = after.findings.filter(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH');
  return [...new Set(severe.map(({ id }) => id))].filter((id) => !known.has(id));
}
