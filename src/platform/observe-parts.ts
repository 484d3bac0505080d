import { z } from 'zod';
import { toCraneError } from '../core/error/crane-error.ts';
import type { Clock } from '../core/port/clock.ts';
import { partNames, type PartName, type Parts, type PartStatus } from '../core/port/parts.ts';
import type { ContainerSummary } from '../runtime/docker/client/container-reply.ts';
import type { EngineClient } from '../runtime/docker/client/engine-client.ts';
import { partContainers, partUrl, type PartContainer, type PlatformLayout } from './parts/part-settings.ts';

type Options = {
  client: EngineClient;
  layout: PlatformLayout;
  /** Image tag and version of each part that Crane ships. */
  images: Readonly<Record<Exclude<PartName, 'docker'>, { tag: string; version: string }>>;
  routerPort: number;
  clock: Clock;
  /** Answers are kept for this long. */
  freshMs?: number;
};

/** What Crane does while a part is away; shown to people beside its state. */
const consequences: Readonly<Record<PartName, string>> = {
  docker: 'nothing can be started or stopped; what is asked for is kept and done when the engine is back',
  traefik: 'apps cannot be reached through the router; instances run on',
  prometheus: 'no signals: autoscaling holds every app at its present size',
  alertmanager: 'alerts do not arrive: the slow loop alone scales, some seconds later than usual',
  opa: 'no policy decisions: autoscaling holds, crashed instances come back by a built-in back-off',
  trivy: 'new images cannot be scanned',
};

const healthPaths: Readonly<Record<PartContainer, string>> = {
  traefik: '/ping',
  prometheus: '/-/ready',
  alertmanager: '/-/ready',
  opa: '/health',
};
const versionReplies = {
  traefik: {
    path: '/api/version',
    schema: z.object({ Version: z.string() }).transform((reply) => reply.Version),
  },
  prometheus: {
    path: '/api/v1/status/buildinfo',
    schema: z.object({ data: z.object({ version: z.string() }) }).transform((reply) => reply.data.version),
  },
  alertmanager: {
    path: '/api/v2/status',
    schema: z
      .object({ versionInfo: z.object({ version: z.string() }) })
      .transform((reply) => reply.versionInfo.version),
  },
} as const;

type Look = { state: PartStatus['state']; version: string | null; reason: string | null };

type EngineView = Look & {
  /** The parts' containers; null when the engine does not answer. */
  containers: readonly ContainerSummary[] | null;
};

const engineTimeoutMs = 3_000;
const partTimeoutMs = 2_000;
/** A container this young may still be on its way. */
const youngMs = 15_000;

/**
 * Looks at the six parts, all at once, each look bounded. What cannot be looked at is down or unknown, never ok. With
 * the engine away the parts are still asked: they go on without it.
 */
export function createParts(options: Options): Parts {
  const since = new Map<PartName, { state: PartStatus['state']; at: number }>();
  let last: { at: number; answer: Promise<PartStatus[]> } | null = null;
  const look = async (): Promise<PartStatus[]> => {
    const engine = await lookAtEngine(options);
    const [scanner, ...others] = await Promise.all([
      lookAtScanner(options, engine),
      ...partContainers.map(async (part): Promise<[PartName, Look]> => [
        part,
        await lookAtPart(options, part, engine),
      ]),
    ]);
    const looks = new Map<PartName, Look>([['docker', engine], ...others, ['trivy', scanner]]);
    return partNames.map((name) => toStatus(name, looks.get(name) ?? unknown(), since, options));
  };
  return {
    observe: (signal) => {
      const tick = options.clock.monotonic();
      if (last === null || tick - last.at >= (options.freshMs ?? 1_000)) last = { at: tick, answer: look() };
      return signal === undefined ? last.answer : unlessAborted(last.answer, signal);
    },
  };
}

/** One look serves everybody who asks: who gives up leaves it to the others. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = (): void => reject(toAbortError(signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  return promise;
}

function toAbortError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

function toStatus(
  name: PartName,
  seen: Look,
  since: Map<PartName, { state: PartStatus['state']; at: number }>,
  { clock, layout, routerPort }: Options,
): PartStatus {
  const now = clock.now();
  const before = since.get(name);
  if (before?.state !== seen.state) since.set(name, { state: seen.state, at: now });
  const url =
    name === 'docker' || name === 'trivy'
      ? null
      : name === 'traefik'
        ? `http://127.0.0.1:${routerPort}`
        : partUrl(layout, name);
  return {
    name,
    state: seen.state,
    version: seen.version,
    since: since.get(name)?.at ?? now,
    checkedAt: now,
    reason: seen.reason,
    consequence: seen.state === 'ok' ? null : consequences[name],
    url,
  };
}

async function lookAtEngine({ client }: Options): Promise<EngineView> {
  const signal = AbortSignal.timeout(engineTimeoutMs);
  try {
    const { version } = await client.system.version(signal);
    const filters = { label: ['crane.part'] };
    const containers = await client.containers.list({ all: true, filters }, signal);
    return { state: 'ok', version, reason: null, containers };
  } catch (error) {
    return { state: 'down', version: null, reason: toCraneError(error).message, containers: null };
  }
}

async function lookAtScanner({ client, images }: Options, engine: Look): Promise<Look> {
  if (engine.state !== 'ok') return unknown('the engine does not answer');
  try {
    const image = await client.images.find(images.trivy.tag, AbortSignal.timeout(engineTimeoutMs));
    return image === null
      ? { state: 'down', version: null, reason: `the image ${images.trivy.tag} is not here` }
      : { state: 'ok', version: images.trivy.version, reason: null };
  } catch (error) {
    return unknown(toCraneError(error).message);
  }
}

async function lookAtPart(options: Options, part: PartContainer, engine: EngineView): Promise<Look> {
  if (engine.containers === null) return askPart(options, part);
  const name = `${options.layout.prefix}-${part}`;
  const container = engine.containers.find((item) => item.name === name);
  // Asking its address would tell of whoever else has it.
  if (container === undefined) return down('its container does not exist');
  if (container.state !== 'running') return down(`its container is ${container.state}`);
  const seen = await askPart(options, part);
  const isYoung = options.clock.now() - container.createdAt < youngMs;
  return seen.state !== 'ok' && isYoung ? { ...seen, state: 'starting' } : seen;
}

async function askPart({ layout, images }: Options, part: PartContainer): Promise<Look> {
  const url = partUrl(layout, part);
  try {
    const response = await fetch(`${url}${healthPaths[part]}`, {
      signal: AbortSignal.timeout(partTimeoutMs),
      redirect: 'error',
    });
    await response.body?.cancel();
    if (!response.ok)
      return { state: 'degraded', version: null, reason: `its health check answers ${response.status}` };
    return {
      state: 'ok',
      version: part === 'opa' ? images.opa.version : ((await readVersion(url, part)) ?? images[part].version),
      reason: null,
    };
  } catch (error) {
    const isSlow = error instanceof Error && error.name === 'TimeoutError';
    return down(isSlow ? `it does not answer within ${partTimeoutMs / 1000} s` : 'it cannot be reached');
  }
}

async function readVersion(url: string, part: keyof typeof versionReplies): Promise<string | null> {
  const { path, schema } = versionReplies[part];
  try {
    const response = await fetch(`${url}${path}`, {
      signal: AbortSignal.timeout(partTimeoutMs),
      redirect: 'error',
    });
    return schema.parse(await response.json());
  } catch {
    return null; // healthy, but of unknown version
  }
}

function down(reason: string): Look {
  return { state: 'down', version: null, reason };
}

function unknown(reason = 'not looked at'): Look {
  return { state: 'unknown', version: null, reason };
}
