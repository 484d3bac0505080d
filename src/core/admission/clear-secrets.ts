import { isSecretName, isSecretValue } from '../bundle/secret-name.ts';
import type { ClearSecret } from './admission.ts';

/** Forms that are nothing else: prefixes that the issuers publish so that leaks are found. */
const forms: readonly [kind: string, form: RegExp][] = [
  ['private key', /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----/],
  ['AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/],
  ['GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ['Stripe key', /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ['Google API key', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
];
/** Longer texts are not looked through to their end. */
const most = 20_000;

/** Secrets among variables (`NAME` → value), by their form or else by their name. The values go nowhere. */
export function findClearSecrets(
  where: ClearSecret['where'],
  variables: Readonly<Record<string, string | null>>,
): ClearSecret[] {
  return Object.entries(variables).flatMap(([name, value]): ClearSecret[] => {
    if (value === null) return [];
    const known = forms.find(([, form]) => form.test(value.slice(0, most)));
    if (known !== undefined) return [{ where, name, kind: known[0], isByName: false }];
    const isNamed = isSecretName(name) && isSecretValue(value);
    return isNamed ? [{ where, name, kind: 'its name says so', isByName: true }] : [];
  });
}
