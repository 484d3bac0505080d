import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';
import type { Finding } from '../../core/scan/scan.ts';

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

/** What is not known is `UNKNOWN`. */
export const severity = z.enum(severities).catch('UNKNOWN');

const report = z.object({
  SchemaVersion: z.number(),
  Results: z
    .array(
      z.object({
        Vulnerabilities: z
          .array(
            z.object({
              VulnerabilityID: z.string(),
              PkgName: z.string(),
              InstalledVersion: z.string().default(''),
              FixedVersion: z.string().optional(),
              Severity: severity,
              Title: z.string().optional(),
              PrimaryURL: z.string().optional(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

/** Texts of the database are written by many; they are cut, and only web links are kept. */
const maxTitle = 300;

/**
 * Vulnerabilities of Trivy's JSON report, the worst first, each of the same package and version once; null when it is
 * no such report.
 */
export function parseFindings(text: string): Finding[] | null {
  const parsed = report.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const found = new Map<string, Finding>();
  for (const result of parsed.data.Results ?? []) {
    for (const raw of result.Vulnerabilities ?? []) {
      const key = [raw.VulnerabilityID, raw.PkgName, raw.InstalledVersion].join('\0');
      found.set(key, {
        id: raw.VulnerabilityID,
        severity: raw.Severity,
        package: raw.PkgName,
        installed: raw.InstalledVersion,
        fixed: raw.FixedVersion === undefined || raw.FixedVersion === '' ? null : raw.FixedVersion,
        title: (raw.Title ?? '').slice(0, maxTitle),
        url: webLink(raw.PrimaryURL),
      });
    }
  }
  return [...found.values()].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
  );
}

const systemReport = z.object({ Metadata: z.object({ OS: z.object({ EOSL: z.boolean() }) }) });

/** Whether the operating system gets no security updates any more, as far as the report says. */
export function parseEndOfLife(text: string): boolean {
  return systemReport.safeParse(parseJson(text)).data?.Metadata.OS.EOSL ?? false;
}

export function webLink(text: string | undefined): string | null {
  if (text === undefined || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
