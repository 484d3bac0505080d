import { CraneError } from '../../core/error/crane-error.ts';
import type { Certificates } from '../../core/port/certificates.ts';
import type { Clock } from '../../core/port/clock.ts';
import type { Proxy } from '../../core/port/proxy.ts';
import type { AppRoutes } from '../../core/route/route.ts';
import { askLoadedMark } from './ask-loaded.ts';
import { checkApp, checkRoutes } from './check-routes.ts';
import { parsePublishedHeader, parsePublishedMark } from './published-header.ts';
import { renderTraefikDynamic, type Secure } from './render-dynamic.ts';
import { renderTraefikShared, type RouterPace } from './render-shared.ts';
import { createRouteFiles, type RouteFiles } from './route-files.ts';
import { sharedFileName } from './route-names.ts';

export type TraefikProxyOptions = {
  /** The folder on this machine that the router's container watches. Drafts lie in `<directory>.staging`. */
  directory: string;
  /** Metrics, ping and API of the router: `http://10.210.0.10:8082`. */
  internalUrl: string;
  clock: Clock;
  pace?: RouterPace;
  /** Who issues certificates, and the port of TLS as browsers know it; without, nothing is served with TLS. */
  secure?: { certificates: Certificates; port: number };
  /** Bound of `confirm` in all, and of each question within it. Defaults 2,000 and 500. */
  confirmMs?: number;
  askMs?: number;
};

const sharedName = sharedFileName.replace(/\.yml$/, '');

/**
 * Publishes routes as files. `confirm` compares the mark in each app's file with the mark of what the router says it
 * has loaded: the router's API is rebuilt with every configuration and switched together with the routes, while its
 * reload counter tells only that something was loaded, not what. One small answer per changed app, however many
 * apps there are. Typically 10–60 ms after the write.
 */
export function createTraefikProxy(options: TraefikProxyOptions): Proxy {
  const files = createRouteFiles(options.directory);
  const ensureShared = once(() => writeIfChanged(files, sharedName, renderTraefikShared(options.pace)));
  /** App → mark the router should have; null = withdrawn. Unknown until the folder was read. */
  const wanted = new Map<string, string | null>();
  const confirmed = new Map<string, string | null>();
  const readFolder = once(async () => {
    for (const { app, mark } of await readPublished(files)) if (!wanted.has(app)) wanted.set(app, mark);
  });
  return {
    async publish(routes) {
      checkRoutes(routes);
      const text = renderTraefikDynamic(routes, await certify(options, routes));
      await ensureShared();
      wanted.set(routes.app, parsePublishedMark(text));
      return writeIfChanged(files, routes.app, text);
    },
    async withdraw(app) {
      checkApp(app);
      await ensureShared();
      wanted.set(app, null);
      await files.remove(app);
      await options.secure?.certificates.forget(app);
    },
    async observePublished() {
      return (await readPublished(files)).map(({ routes }) => routes);
    },
    async confirm(signal) {
      await ensureShared();
      await readFolder();
      const open = new Map([...wanted].filter(([app, mark]) => confirmed.get(app) !== mark));
      await waitLoaded(options, open, signal);
      for (const [app, mark] of open) {
        if (wanted.get(app) !== mark) continue;
        confirmed.set(app, mark);
        if (mark === null) forget(app, wanted, confirmed);
      }
    },
  };
}

/** The certificate for all hosts of an app's routes with TLS; null where there are none. */
async function certify({ secure }: TraefikProxyOptions, { app, routes }: AppRoutes): Promise<Secure | null> {
  const hosts = routes.flatMap((route) => (route.tls === 'off' ? [] : route.hosts));
  if (secure === undefined || hosts.length === 0) return null;
  const { certificate, key } = await secure.certificates.issue(app, [...new Set(hosts)]);
  return { certificate, key, port: secure.port };
}

function forget(app: string, ...maps: readonly Map<string, unknown>[]): void {
  for (const map of maps) map.delete(app);
}

/** Runs the work once; a failed run is tried again by the next caller. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}

async function writeIfChanged(files: RouteFiles, name: string, text: string): Promise<boolean> {
  if ((await files.read(name)) === text) return false;
  await files.write(name, text);
  return true;
}

type PublishedFile = {
  app: string;
  mark: string | null;
  routes: NonNullable<ReturnType<typeof parsePublishedHeader>>;
};

/** Files that are not Crane's, or damaged ones, are not routes: the next publish of their app replaces them. */
async function readPublished(files: RouteFiles): Promise<PublishedFile[]> {
  const names = (await files.list()).filter((name) => name !== sharedName);
  const all = await Promise.all(
    names.map(async (name) => {
      const text = await files.read(name);
      const routes = text === null ? null : parsePublishedHeader(text);
      return text === null || routes === null || routes.app !== name
        ? []
        : [{ app: name, mark: parsePublishedMark(text), routes }];
    }),
  );
  return all.flat();
}

/** Between two questions to the router. */
const pollMs = 5;

async function waitLoaded(
  { internalUrl, clock, confirmMs = 2_000, askMs = 500 }: TraefikProxyOptions,
  open: ReadonlyMap<string, string | null>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = clock.monotonic() + confirmMs;
  let reason = 'it still serves the routes from before';
  for (const [app, mark] of open) {
    for (;;) {
      signal?.throwIfAborted();
      const limit = AbortSignal.timeout(askMs);
      const asked = AbortSignal.any(signal === undefined ? [limit] : [limit, signal]);
      const answer = await askLoadedMark(internalUrl, app, asked).catch((error: unknown) => {
        reason = describe(error);
        return undefined;
      });
      if (answer === mark) break;
      if (clock.monotonic() >= deadline) throw unconfirmed(app, confirmMs, reason);
      await clock.wait(pollMs, signal);
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'it does not answer';
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function unconfirmed(app: string, ms: number, reason: string): CraneError {
  return new CraneError('part.unavailable', {
    message: `The router has not taken the routes of ${app} within ${ms} ms: ${reason}.`,
    fix: 'Look at `crane status` and at the log of the container crane-traefik.',
  });
}
