import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';
import type { ImageSecret, Misconfiguration, ScanReport } from '../../core/scan/scan.ts';
import { severity, webLink } from './parse-findings.ts';
import { inputNames, inside } from './trivy-commands.ts';

const text = z.string().default('');
const secret = z.object({
  RuleID: z.string(),
  Severity: severity,
  Title: text,
  StartLine: z.number().default(0),
});
const misconfiguration = z.object({
  ID: z.string(),
  Severity: severity,
  Title: text,
  Message: text,
  Resolution: text,
  PrimaryURL: z.string().optional(),
  Status: z.string().default('FAIL'),
});
const report = z.object({
  SchemaVersion: z.number(),
  Results: z
    .array(
      z.object({
        Target: text,
        Secrets: z.array(secret).nullish(),
        Misconfigurations: z.array(misconfiguration).nullish(),
      }),
    )
    .nullish(),
});

const most = 1_000;
const longest = 300;
const cut = (words: string): string => words.slice(0, longest);

/**
 * Secrets and misconfigurations of Trivy's JSON report; null when it is no such report. The report masks what it found, but shows the lines
 * around it, where more may stand: nothing of them is taken.
 */
export function parseInside(
  body: string,
): Required<Pick<ScanReport, 'secrets' | 'misconfigurations'>> | null {
  const parsed = report.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const results = parsed.data.Results ?? [];
  return {
    secrets: results.flatMap(({ Target, Secrets }) => (Secrets ?? []).map(secretIn(Target))).slice(0, most),
    misconfigurations: results
      .flatMap(({ Misconfigurations }) => Misconfigurations ?? [])
      .filter(({ Status }) => Status === 'FAIL')
      .map(describe)
      .slice(0, most),
  };
}

const secretIn =
  (target: string) =>
  (found: z.output<typeof secret>): ImageSecret => ({
    rule: cut(found.RuleID),
    title: cut(found.Title),
    severity: found.Severity,
    file: target === `${inside.input}/${inputNames.image}` ? null : cut(target),
    line: found.StartLine,
  });

function describe(found: z.output<typeof misconfiguration>): Misconfiguration {
  return {
    id: cut(found.ID),
    severity: found.Severity,
    title: cut(found.Title),
    message: cut(found.Message),
    fix: cut(found.Resolution),
    url: webLink(found.PrimaryURL),
  };
}
