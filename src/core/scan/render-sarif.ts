import type { Finding, ImageSecret } from './scan.ts';
import { isWaived, type ScanWaiver } from './waiver.ts';

export type SarifScan = {
  service: string;
  image: string;
  scanner: string | null;
  state: string;
  reason: string | null;
  findings: readonly Finding[];
  secrets?: readonly ImageSecret[] | null;
};

const levels: Record<Finding['severity'], 'error' | 'warning' | 'note'> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
  UNKNOWN: 'note',
};

/**
 * The scans of an app in the Static Analysis Results Interchange Format 2.1.0, one run for each service. A scan that says nothing (failed,
 * no database) is an execution that was not successful, so that an empty list is never taken for a clean one.
 */
export function renderSarif({
  app,
  scans,
  waivers,
  now,
}: {
  app: string;
  scans: readonly SarifScan[];
  waivers: readonly ScanWaiver[];
  now: number;
}): Record<string, unknown> {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: scans.map(({ service, image, scanner, state, reason, findings, secrets }) => ({
      automationDetails: { id: `${app}/${service}/` },
      tool: {
        driver: {
          name: scanner ?? 'none',
          informationUri: 'https://trivy.dev',
          rules: [...rulesOf(findings), ...secretRules(secrets ?? [])],
        },
      },
      invocations: [
        {
          executionSuccessful: state === 'clean' || state === 'findings',
          ...(reason === null
            ? {}
            : {
                toolExecutionNotifications: [{ level: 'warning', message: { text: `${state}: ${reason}` } }],
              }),
        },
      ],
      results: [
        ...findings.map((finding) => ({
          ruleId: finding.id,
          level: levels[finding.severity],
          message: { text: textOf(finding) },
          locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(image) } } }],
          partialFingerprints: { finding: `${finding.id}/${finding.package}/${finding.installed}` },
          ...(isWaived(waivers, finding, { app, now })
            ? { suppressions: [{ kind: 'external', status: 'accepted' }] }
            : {}),
        })),
        ...(secrets ?? []).map((secret) => secretResult(secret, image)),
      ],
    })),
  };
}

function rulesOf(findings: readonly Finding[]): Record<string, unknown>[] {
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()].map(
    ({ id, title, severity, url }) => ({
      id,
      shortDescription: { text: title === '' ? id : title },
      ...(url === null ? {} : { helpUri: url }),
      properties: { tags: ['security', 'vulnerability', severity] },
    }),
  );
}

function secretRules(secrets: readonly ImageSecret[]): Record<string, unknown>[] {
  return [...new Map(secrets.map((secret) => [secret.rule, secret])).values()].map(
    ({ rule, title, severity }) => ({
      id: rule,
      shortDescription: { text: title === '' ? rule : title },
      properties: { tags: ['security', 'secret', severity] },
    }),
  );
}

function secretResult({ rule, title, severity, file, line }: ImageSecret, image: string) {
  const where = file ?? 'its configuration';
  return {
    ruleId: rule,
    level: levels[severity],
    message: { text: `${title} (${severity}) in ${where}, line ${line}. Remove it, and change it.` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(image) } } }],
    partialFingerprints: { finding: `${rule}/${where}/${line}` },
  };
}

function textOf({ id, package: name, installed, fixed, severity }: Finding): string {
  const fix = fixed === null ? 'There is no fix yet.' : `Update to ${fixed}.`;
  return `${id} (${severity}) in ${name} ${installed}. ${fix}`;
}

/** An image is no file; its name with nothing that an address gives a meaning to. */
function uriOf(image: string): string {
  return image.replaceAll(/[^A-Za-z0-9._/-]/g, '_');
}
