/** Paths inside the sealed container. Trivy looks for its database in the folder `db` of its cache. */
export const inside = { input: '/scan', cache: '/cache', database: '/cache/db' };

/** Names in the folder that is mounted at `inside.input`. */
export const inputNames = { image: 'image.tar', sbom: 'sbom.json' } as const;

export const memoryBytes = 2 * 1024 ** 3;
export const timeoutMs = 5 * 60_000;

/** Nothing is fetched, told or looked up outside; Trivy ends by itself shortly before the container is ended. */
const sealed = [
  '--offline-scan',
  '--skip-db-update',
  '--skip-java-db-update',
  '--skip-version-check',
  '--disable-telemetry',
  '--timeout=290s',
  `--cache-dir=${inside.cache}`,
  // The container's root is read-only; only `/tmp` can be written to.
  '--cache-backend=memory',
];

/** Lists what is in the image: needs no database. One goroutine keeps its memory small. */
export function sbomCommand(): string[] {
  return [
    'image',
    '--input',
    `${inside.input}/${inputNames.image}`,
    '--format=cyclonedx',
    '--parallel=1',
    ...sealed,
  ];
}

/** Looks for secrets in files and in the configuration, and at how the image was made; by the rules that Trivy brings along. */
export function insideCommand(): string[] {
  return [
    'image',
    '--input',
    `${inside.input}/${inputNames.image}`,
    '--format=json',
    '--scanners=secret',
    '--image-config-scanners=misconfig,secret',
    '--skip-check-update',
    '--parallel=1',
    ...sealed,
  ];
}

/** Looks up what an SBOM lists: the same findings as a scan of the image, without unpacking it again. */
export function lookUpCommand(): string[] {
  return ['sbom', '--format=json', '--scanners=vuln', ...sealed, '--', `${inside.input}/${inputNames.sbom}`];
}

/** Trivy's own reason in one line, from its log: the fatal error, a crash, else the last thing it said. */
export function parseTrivyFailure(stderr: string): string {
  const lines = stderr.split('\n');
  const crash = lines.find((line) => /^(panic|fatal error|unexpected fault address): ?/.test(line));
  if (crash !== undefined) return `Trivy crashed (${crash.slice(0, 200)})`;
  const fatal = lines.findIndex((line) => /\bFATAL\b/.test(line));
  const relevant = fatal === -1 ? lines.filter((line) => line.trim() !== '').slice(-1) : lines.slice(fatal);
  const text = relevant
    .join(' ')
    .replace(/^\S+\s+FATAL\s+(Fatal error\s+)?/, '')
    .replace(/(run error|image scan error|scan error): /g, '')
    .replaceAll(`${inside.input}/${inputNames.image}`, 'the image')
    .replace(/\s+/g, ' ')
    .trim();
  return text.slice(0, 500) || 'it gave no reason';
}
