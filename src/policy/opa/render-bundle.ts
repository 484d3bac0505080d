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
export function renderBundleManifest(revision: string): string {
  return `${JSON.stringify({ revision, rego_version: 1 })}\n`;
}

/** All files of a bundle folder, manifest included, and their revision. */
export function renderBundle(files: readonly PolicyFile[]): { revision: string; files: PolicyFile[] } {
  const revision = hashPolicies(files);
  const manifest = { path: '.manifest', text: renderBundleManifest(revision) };
  return { revision, files: [manifest, ...selectPolicyFiles(files)] };
}

/** Command line of the part's container; it reads the bundle once, so a new bundle needs a restart. */
export function renderOpaArguments({ listenAddress = '0.0.0.0:8181', bundle = '/policies' } = {}): string[] {
  return [
    'run',
    '--server',
    `--addr=${listenAddress}`,
    '--bundle',
    bundle,
    // policies/system/authz.rego: only decisions may be asked for, nothing may be changed.
    '--authorization=basic',
    '--skip-version-check',
    '--shutdown-grace-period=2',
    '--log-level=error',
  ];
}
