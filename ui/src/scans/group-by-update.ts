import type { components } from '../../../src/cli/client/api.gen.ts';

export type Finding = components['schemas']['Scan']['findings'][number];
/** Findings that one update ends; `to` is the least version that has every fix, null where there is none yet. */
export type UpdateGroup = {
  package: string;
  installed: string;
  to: string | null;
  findings: readonly Finding[];
};

const severities = [
  'CRITICAL',
  'HIGH',
  'MEDIUM',
  'LOW',
  'UNKNOWN',
] as const satisfies readonly Finding['severity'][];
const byVersion = new Intl.Collator('en', { numeric: true });

/** What to update, the most urgent first; what has no fix stands last. */
export function groupByUpdate(findings: readonly Finding[]): UpdateGroup[] {
  const groups = Map.groupBy(findings, (found) =>
    JSON.stringify([found.package, found.installed, found.fixed !== null]),
  );
  return [...groups.values()]
    .flatMap((members): UpdateGroup[] => {
      const [first] = members;
      if (first === undefined) return [];
      const sorted = members.toSorted((a, b) => rankOf(a) - rankOf(b) || byVersion.compare(a.id, b.id));
      return [
        { package: first.package, installed: first.installed, to: highestOf(members), findings: sorted },
      ];
    })
    .toSorted(
      (a, b) =>
        Number(a.to === null) - Number(b.to === null) ||
        rankOf(a.findings[0]) - rankOf(b.findings[0]) ||
        b.findings.length - a.findings.length ||
        a.package.localeCompare(b.package),
    );
}

/** `2 critical, 1 low` as pairs, the worst first. */
export function severitiesOf(findings: readonly Finding[]): { severity: Finding['severity']; n: number }[] {
  return severities.flatMap((severity) => {
    const n = findings.filter((found) => found.severity === severity).length;
    return n === 0 ? [] : [{ severity, n }];
  });
}

function rankOf(finding: Finding | undefined): number {
  return finding === undefined ? severities.length : severities.indexOf(finding.severity);
}

/** A fix may name a version for each branch, as `1.2.3, 2.0.1`: the first is the nearest. */
function highestOf(findings: readonly Finding[]): string | null {
  const fixes = findings.flatMap(({ fixed }) => fixed?.split(',')[0]?.trim() ?? []);
  return fixes.toSorted(byVersion.compare).at(-1) ?? null;
}
