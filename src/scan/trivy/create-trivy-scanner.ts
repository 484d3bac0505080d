import { performance } from 'node:perf_hooks';
import type { Sandbox } from '../../core/port/runtime.ts';
import type { Scanner } from '../../core/port/scanner.ts';
import type { ScanReport, ScanState } from '../../core/scan/scan.ts';
import { parseEndOfLife, parseFindings } from './parse-findings.ts';
import { parseInside } from './parse-inside.ts';
import { parseSbom } from './parse-sbom.ts';
import { readDatabase, type TrivyDatabase } from './read-database.ts';
import { createScanFolder, type ScanFolder } from './scan-folder.ts';
import { createScanQueue } from './scan-queue.ts';
import {
  inputNames,
  inside,
  insideCommand,
  lookUpCommand,
  memoryBytes,
  parseTrivyFailure,
  sbomCommand,
  timeoutMs,
} from './trivy-commands.ts';

export type TrivyScannerOptions = {
  sandbox: Sandbox;
  /** `crane/trivy:0.74.0` */
  image: string;
  /** Where image tars lie during a scan, on this machine; the engine must see the same path. */
  workDirectory: string;
  /** Folder with `trivy.db` and `metadata.json`, or with `db/` that has them; without, nothing is looked up. Looked at anew for each scan. */
  databaseDirectory: string | null;
  /** Default 8 GiB. */
  maxImageBytes?: number;
};

type Request = Parameters<Scanner['scan']>[0];
type Facts = Pick<
  ScanReport,
  | 'state'
  | 'reason'
  | 'packages'
  | 'findings'
  | 'secrets'
  | 'misconfigurations'
  | 'sbom'
  | 'scanner'
  | 'databaseAt'
  | 'isEndOfLife'
>;

/**
 * Scans image tars with Trivy in a sealed container, one at a time. Three steps: an SBOM, which needs no database, secrets and how the image
 * was made, and the look-up of the SBOM where there is a database. Whatever goes wrong is a report in the state `failed`; only cancelling throws.
 */
export function createTrivyScanner(options: TrivyScannerOptions): Scanner {
  const queue = createScanQueue();
  return {
    async isOutdated({ state, databaseAt }) {
      if (state === 'failed') return true;
      if (state === 'nothing-recognised') return false;
      const database = await readDatabase(options.databaseDirectory);
      return database !== null && database.updatedAt !== databaseAt;
    },
    async rescan(report, { now }, signal) {
      const { imageId, sbom, secrets, misconfigurations } = report;
      if (sbom === null) return null;
      // Of what is in the image only the packages are looked up again.
      const kept = {
        ...(secrets === undefined ? {} : { secrets }),
        ...(misconfigurations === undefined ? {} : { misconfigurations }),
      };
      const work = (): Promise<ScanReport> =>
        timed({ imageId, now }, signal, () =>
          inFolder(options, async (folder) => ({
            ...(await lookUp(options, folder, sbom, () => {}, signal)),
            ...kept,
          })),
        );
      return queue.run(work, { onWait: () => {}, signal });
    },
    scan(request, signal) {
      const tell = request.onProgress ?? (() => {});
      const work = (): Promise<ScanReport> => scanTimed(options, request, tell, signal);
      return queue.run(work, { onWait: () => tell('waiting for another scan'), signal });
    },
  };
}

async function scanTimed(
  options: TrivyScannerOptions,
  request: Request,
  tell: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<ScanReport> {
  return timed(request, signal, () => scanInFolder(options, request, tell, signal));
}

/** Whatever goes wrong is a report. */
async function timed(
  { imageId, now }: Pick<Request, 'imageId' | 'now'>,
  signal: AbortSignal | undefined,
  work: () => Promise<Facts>,
): Promise<ScanReport> {
  const began = performance.now();
  let facts: Facts;
  try {
    facts = await work();
  } catch (error) {
    signal?.throwIfAborted();
    facts = failed(error instanceof Error ? error.message : 'unknown reason');
  }
  return { imageId, startedAt: now, tookMs: Math.round(performance.now() - began), ...facts };
}

async function inFolder(
  { workDirectory }: TrivyScannerOptions,
  work: (folder: ScanFolder) => Promise<Facts>,
): Promise<Facts> {
  const folder = await createScanFolder(workDirectory);
  try {
    return await work(folder);
  } finally {
    await folder.remove();
  }
}

function failed(reason: string, known: Partial<Facts> = {}): Facts {
  return {
    packages: 0,
    findings: [],
    sbom: null,
    scanner: 'trivy',
    databaseAt: null,
    ...known,
    state: 'failed',
    reason: reason.slice(0, 500),
  };
}

async function scanInFolder(
  options: TrivyScannerOptions,
  request: Request,
  tell: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<Facts> {
  return inFolder(options, async (folder) => {
    const maxBytes = options.maxImageBytes ?? 8 * 1024 ** 3;
    const onBytes = tellMegabytes(tell);
    await folder.writeImage(inputNames.image, request.image, { maxBytes, onBytes, signal });
    tell('listing packages');
    const listed = await runTrivy(options, folder, { command: sbomCommand(), database: null }, signal);
    if (listed.kind === 'failed') return failed(listed.reason);
    tell('looking for secrets');
    const looked = await runTrivy(options, folder, { command: insideCommand(), database: null }, signal);
    if (looked.kind === 'failed') return failed(looked.reason);
    const found = parseInside(looked.stdout);
    if (found === null) return failed('the report on secrets is not readable');
    return { ...(await lookUp(options, folder, listed.stdout, tell, signal)), ...found };
  });
}

/** From the SBOM to the state: what is not known is never called clean. */
async function lookUp(
  options: TrivyScannerOptions,
  folder: ScanFolder,
  sbom: string,
  tell: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<Facts> {
  const listed = parseSbom(sbom);
  if (listed === null) return failed('the list of packages is not readable');
  const { packages, scanner, operatingSystem } = listed;
  const database = await readDatabase(options.databaseDirectory);
  const known = { packages, scanner, sbom, findings: [], databaseAt: database?.updatedAt ?? null };
  const end = (state: ScanState, reason: string | null): Facts => ({ ...known, state, reason });
  if (packages === 0 && operatingSystem === null)
    return end('nothing-recognised', 'neither an operating system nor packages were recognised');
  if (database === null) return end('no-database', 'there is no vulnerability database on this machine');
  tell(`looking up ${packages} packages`);
  await folder.writeText(inputNames.sbom, sbom);
  const looked = await runTrivy(options, folder, { command: lookUpCommand(), database }, signal);
  if (looked.kind === 'failed') return failed(looked.reason, known);
  const findings = parseFindings(looked.stdout);
  const isEndOfLife = parseEndOfLife(looked.stdout);
  if (findings === null) return failed('the report is not readable', known);
  return {
    ...known,
    ...(isEndOfLife ? { isEndOfLife } : {}),
    findings,
    state: findings.length === 0 ? 'clean' : 'findings',
    reason: null,
  };
}

type Outcome = { kind: 'done'; stdout: string } | { kind: 'failed'; reason: string };

async function runTrivy(
  { sandbox, image }: TrivyScannerOptions,
  folder: ScanFolder,
  { command, database }: { command: string[]; database: TrivyDatabase | null },
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const mounts = [{ hostPath: folder.input, path: inside.input, isReadOnly: true }];
  if (database !== null)
    mounts.push({ hostPath: database.directory, path: inside.database, isReadOnly: true });
  const ended = await sandbox.run({
    image,
    command,
    mounts,
    memoryBytes,
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  if (ended.isTimedOut) return { kind: 'failed', reason: `not done within ${timeoutMs / 60_000} minutes` };
  if (ended.isOomKilled)
    return { kind: 'failed', reason: `needs more than ${memoryBytes / 1024 ** 3} GiB of memory` };
  if (ended.exitCode !== 0) return { kind: 'failed', reason: parseTrivyFailure(ended.stderr) };
  return { kind: 'done', stdout: ended.stdout };
}

/** Tells the size of what has arrived, every 16 megabytes. */
function tellMegabytes(tell: (text: string) => void): (total: number) => void {
  const step = 16 * 1024 ** 2;
  let next = 0;
  return (total) => {
    if (total < next) return;
    next = total + step;
    tell(`reading the image, ${Math.round(total / 1024 ** 2)} MB`);
  };
}
