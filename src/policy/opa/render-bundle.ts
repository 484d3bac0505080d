import { createHash } from 'node:crypto';

/** A file of a bundle; `path` relative to the folder of policies, with slashes. */
export type PolicyFile = { path: string; text: string };

/** What the policy engine loads: Rego and data, without tests, in a fixed order. */
export function selectPolicyFiles(files: readonly PolicyFile[]): PolicyFile[] {
  return files
    .filter(({ path }) => /\.rego$|(^|\/)data\.json$/.test(path) && !path.endsWith('_test.rego'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Twelve hex digits over names and contents: the same policies have the same revision, whatever machine. */
export function hashPolicies(files: readonly PolicyFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of selectPolicyFiles(files)) {
    // Lengths keep two files from being read as one.
    hash.update(`${path.length}:${path}${text.length}:${text}`);
  }
  return hash.digest('hex').slice(0, 12);
}

/** The bundle's `.manifest`: OPA tells this revision with each decision. */
export function renderBundleManifest(revision: string, files: readonly PolicyFile[]): string {
  // All but `people`: below it, policies of people can be given to the engine while it runs.
  const folders = new Set(files.map(({ path }) => path.split('/')[0] ?? ''));
  const roots = ['crane', ...[...folders].toSorted()];
  return `${JSON.stringify({ revision, rego_version: 1, roots })}\n`;
}

/**
 * All files of a bundle folder, manifest included, and their revision. Who has `token` may give the engine policies; the bundle
 * holds its hash only, and the revision does not depend on it.
 */
export function renderBundle(
  files: readonly PolicyFile[],
  { token }: { token: string },
): { revision: string; files: PolicyFile[] } {
  const revision = hashPolicies(files);
  const credential = createHash('sha256').update(token).digest('hex');
  const system = { path: 'system/data.json', text: `${JSON.stringify({ credential })}\n` };
  const manifest = { path: '.manifest', text: renderBundleManifest(revision, [...files, system]) };
  return { revision, files: [manifest, ...selectPolicyFiles(files), system] };
}

/** Command line of the part's container; it reads the bundle once, so a new bundle needs a restart. */
export function renderOpaArguments({ listenAddress = '0.0.0.0:8181', bundle = '/policies' } = {}): string[] {
  return [
    'run',
    '--server',
    `--addr=${listenAddress}`,
    '--bundle',
    bundle,
    // policies/system/authz.rego: decisions may be asked for; only Crane's token may bring policies.
    '--authorization=basic',
    '--authentication=token',
    '--skip-version-check',
    '--shutdown-grace-period=2',
    '--log-level=error',
  ];
}
