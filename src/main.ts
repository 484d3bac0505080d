/**
 * The composition root and the verbs that work before, beside and after the API. Progress goes to standard output, one
 * JSON object per line; the last line is `{"result": …}` or `{"error": {code, message, fix}}`.
 */
import { join } from 'node:path';
import { readConfig, type Config } from './config.ts';
import { CraneError, toCraneError } from './core/error/crane-error.ts';
import { errorCodes } from './core/error/error-codes.ts';
import { readCodeIdentity } from './platform/code-identity.ts';
import { ensureEngine } from './platform/engine/ensure-engine.ts';
import { examine } from './platform/doctor/examine.ts';
import { ensureProgram } from './platform/program/ensure-program.ts';
import { ensurePages } from './platform/pages/ensure-pages.ts';
import { ensureImages } from './platform/image/ensure-images.ts';
import { readLocalTags } from './platform/images/image-recipe.ts';
import { findInstallation, openInstallation, requireOwnFolder } from './platform/installation.ts';
import { createParts } from './platform/observe-parts.ts';
import { ensureParts } from './platform/parts/ensure-parts.ts';
import { layOutPlatform } from './platform/parts/part-settings.ts';
import { requireFreePorts } from './platform/port-use.ts';
import { renewControlPlane } from './platform/renew-control-plane.ts';
import type { ProgressLine, Report } from './platform/progress.ts';
import { takeDown } from './platform/take-down.ts';
import {
  lockPlatform,
  openClient,
  partImages,
  preparePlatform,
  readRecipes,
  recipeFolders,
  root,
  systemClock,
  version,
} from './wire.ts';

/** Images of the example apps: made on demand, and taken away with the others. */
const exampleFolders = [join(root, 'examples/parts')];

const write = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

type Context = {
  config: Config;
  report: Report;
  signal: AbortSignal;
  options: readonly string[];
  /** For a result that is given and yet no success. */
  setExitCode: (code: number) => void;
};
type Verb = (context: Context) => Promise<unknown>;

/** Engine and images only: what tests need before they run; with `--examples` also the image of the example apps. */
const prepare: Verb = async (context) => ({
  engine: await provideEngine(context),
  images: await provideImages(
    context,
    context.options.includes('--examples') ? [...recipeFolders, ...exampleFolders] : recipeFolders,
  ),
  pages: await providePages(context),
});

/** Everything but the control plane. */
const up: Verb = async (context) => {
  const { config, report, signal } = context;
  const began = performance.now();
  requireOwnFolder(config.dataFolder);
  const engine = await provideEngine(context);
  // Another one may be building images: as long as those take.
  const lock = await lockPlatform(config, { report, signal, patienceMs: 3_600_000 });
  try {
    const { images, parts } = await providePlatform(context);
    const url = `http://127.0.0.1:${config.apiPort}`;
    const own = { version, build: readCodeIdentity(root) };
    const program = await ensureProgram({ root, identity: own.build, report });
    const isRenewed = await renewControlPlane({ ...config, url, own, report, signal });
    return {
      url,
      isRenewed,
      program,
      dataDir: config.dataFolder,
      setupTokenPath: join(config.dataFolder, 'setup-token'),
      logPath: join(config.dataFolder, 'crane.log'),
      engine,
      images,
      parts,
      tookMs: Math.round(performance.now() - began),
    };
  } finally {
    lock.release();
  }
};

/** A port that cannot be had is told before images are built and parts made. */
async function providePlatform(
  context: Context,
): Promise<{ images: Record<string, string>; parts: Record<string, number> }> {
  const { config, report, signal } = context;
  const client = await openClient(config);
  await requireFreePorts({ client, ...config, installation: findInstallation(config.dataFolder), signal });
  const images = await provideImages(context);
  await providePages(context);
  const installation = openInstallation(config.dataFolder);
  const { layout, specs } = await preparePlatform(config, installation);
  const parts = await ensureParts({ client, layout, installation: installation.id, specs, report, signal });
  return { images, parts };
}

async function provideEngine({ config, report, signal }: Context): ReturnType<typeof ensureEngine> {
  return ensureEngine({
    client: await openClient(config),
    environment: config.environment,
    logFolder: join(config.dataFolder, 'logs'),
    report,
    signal,
  });
}

async function provideImages(
  { config, report, signal }: Context,
  folders: readonly string[] = recipeFolders,
): ReturnType<typeof ensureImages> {
  return ensureImages({
    client: await openClient(config),
    folders,
    cacheFolder: config.cacheFolder,
    environment: config.environment,
    report,
    signal,
  });
}

function providePages({ config, report, signal }: Context): ReturnType<typeof ensurePages> {
  return ensurePages({ root, environment: config.environment, report, signal });
}

const down: Verb = async ({ config, report, signal, options }) => {
  const client = await openClient(config);
  const isInstalled = findInstallation(config.dataFolder) !== null;
  const lock = isInstalled ? await lockPlatform(config, { report, signal, patienceMs: 60_000 }) : null;
  try {
    const removed = await takeDown({
      client,
      dataFolder: config.dataFolder,
      cacheFolder: config.cacheFolder,
      prefix: config.prefix,
      imageTags: await readLocalTags([...recipeFolders, ...exampleFolders]),
      isPurge: options.includes('--purge'),
      isKeepingImages: options.includes('--keep-images'),
      report,
      signal,
    });
    return { url: `http://127.0.0.1:${config.apiPort}`, removed };
  } finally {
    lock?.release();
  }
};

/** Exit code 6 when something is missing that Crane cannot do without. */
const doctor: Verb = async ({ config, signal, setExitCode }) => {
  const recipes = await readRecipes();
  const client = await openClient(config);
  const parts = createParts({
    client,
    layout: layOutPlatform(config),
    images: partImages(recipes),
    routerPort: config.routerPort,
    clock: systemClock,
  });
  const examined = await examine({
    client,
    parts,
    ...config,
    imageTags: Object.values(recipes).map((recipe) => recipe.localTag),
    signal,
  });
  if (!examined.ok) setExitCode(6);
  return examined;
};

/** The control plane, in the foreground. Its code is loaded only here: the other verbs start sooner without. */
const serve: Verb = async ({ config, signal }) => (await import('./serve.ts')).serve(config, signal);

const verbs = new Map<string, { run: Verb; options: readonly string[] }>([
  ['prepare', { run: prepare, options: ['--examples'] }],
  ['up', { run: up, options: [] }],
  ['serve', { run: serve, options: [] }],
  ['down', { run: down, options: ['--purge', '--keep-images'] }],
  ['doctor', { run: doctor, options: [] }],
]);

/** A misspelt option is refused: `--purge --keep-image` would remove the images. */
function chooseVerb(name: string, options: readonly string[]): Verb {
  const verb = verbs.get(name);
  const unknown = options.find((option) => verb?.options.includes(option) === false);
  if (verb !== undefined && unknown === undefined) return verb.run;
  throw new CraneError('input.invalid', {
    message:
      verb === undefined
        ? `There is no verb ${JSON.stringify(name)}.`
        : `${name} has no option ${JSON.stringify(unknown)}.`,
    fix:
      verb === undefined
        ? `Verbs: ${[...verbs.keys()].join(', ')}.`
        : `Options: ${verb.options.join(', ') || 'none'}.`,
  });
}

async function main([name = '', ...options]: readonly string[]): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () =>
      ending.abort(
        new CraneError('operation.cancelled', {
          message: 'Interrupted.',
          fix: 'What was done is kept; run it again to go on.',
        }),
      ),
    );
  const report: Report = (line) => write({ at: Date.now(), ...line } satisfies ProgressLine);
  try {
    const verb = chooseVerb(name, options);
    let exitCode = 0;
    const result = await verb({
      config: readConfig(),
      report,
      signal: ending.signal,
      options,
      setExitCode: (code) => (exitCode = code),
    });
    write({ result });
    return exitCode;
  } catch (thrown) {
    const error =
      ending.signal.aborted && !(thrown instanceof CraneError)
        ? toCraneError(ending.signal.reason)
        : toCraneError(thrown);
    if (error.code === 'internal')
      process.stderr.write(
        `${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`,
      );
    write({
      error: { code: error.code, message: error.message, fix: error.facts.fix, errors: error.facts.errors },
    });
    return errorCodes[error.code].exit;
  }
}

process.exitCode = await main(process.argv.slice(2));
// Keep-alive connections to the engine would hold the process; everything is done and flushed here.
process.stdout.write('', () => process.exit());
