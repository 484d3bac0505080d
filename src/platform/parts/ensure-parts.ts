import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import { demultiplex } from '../../runtime/docker/client/demultiplex.ts';
import type { ContainerSummary } from '../../runtime/docker/client/container-reply.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import { portTaken } from '../port-use.ts';
import type { Report } from '../progress.ts';
import { waitFor } from '../wait-for.ts';
import { ensureNetwork, notOurs } from './ensure-network.ts';
import { partUrl, type PartContainer, type PlatformLayout } from './part-settings.ts';
import { renderPart, type PartSpec } from './render-part.ts';

type Request = {
  client: EngineClient;
  layout: PlatformLayout;
  installation: string;
  specs: readonly PartSpec[];
  report: Report;
  signal?: AbortSignal;
};
/**
 * One part being ensured. `made` collects the ids of what this run created; `giveUp` ends the wait for health when
 * another part failed. Creating is not cut short by it: half a request may still make a container.
 */
type PartRun = Request & { spec: PartSpec; made: string[]; giveUp: AbortSignal };

const healthyTimeoutMs = 60_000;
const shownLogLines = 5;
/** What Crane cannot do here at all; what was made for it would only be in the way. */
const refusals = new Set(['port.taken', 'engine.conflict']);

/**
 * Observe, create what is absent, make anew what differs, start, wait until healthy; parts do not wait for each other.
 * Gives the milliseconds of each. A taken port or name leaves nothing behind; a part that does not become healthy
 * stays, so that its log can be read.
 */
export async function ensureParts(request: Request): Promise<Record<string, number>> {
  const volumes = await listVolumes(request);
  const network = await ensureNetwork(request);
  const made: string[] = [];
  const giveUp = new AbortController();
  let failure: { thrown: unknown } | null = null;
  const runs = request.specs.map(async (spec): Promise<[PartContainer, number] | null> => {
    try {
      return [spec.part, await ensurePart({ ...request, spec, made, giveUp: giveUp.signal })];
    } catch (thrown) {
      failure ??= { thrown };
      giveUp.abort();
      return null;
    }
  });
  const times = (await Promise.all(runs)).filter((run) => run !== null);
  await throwFailure(failure, request, { made, network, volumes });
  return Object.fromEntries(times);
}

/** `volumes` = those that were there before this run: they hold data, and stay. */
async function throwFailure(
  failure: { thrown: unknown } | null,
  request: Request,
  { made, network, volumes }: { made: readonly string[]; network: string | null; volumes: readonly string[] },
): Promise<void> {
  if (failure === null) return;
  if (refusals.has(toCraneError(failure.thrown).code)) {
    const { containers, networks, volumes: engine } = request.client;
    for (const id of made) await containers.remove(id, { force: true, volumes: true }).catch(ignore);
    if (network !== null) await networks.remove(network).catch(ignore);
    const isNew = (name: string): boolean => !volumes.includes(name);
    for (const name of (await listVolumes(request)).filter(isNew)) await engine.remove(name).catch(ignore);
  }
  throw failure.thrown;
}

async function listVolumes({ client, installation, specs }: Request): Promise<string[]> {
  const ours = await client.volumes.list({ filters: { label: [`crane.instance=${installation}`] } });
  const names = new Set(specs.flatMap(({ volume }) => (volume === null ? [] : [volume.name])));
  return ours.map(({ name }) => name).filter((name) => names.has(name));
}

async function ensurePart(run: PartRun): Promise<number> {
  const { report, spec } = run;
  const step = `part.${spec.part}`;
  const began = performance.now();
  const elapsed = (): number => Math.round(performance.now() - began);
  try {
    const id = await ensureContainer(run);
    await start(run, id);
    await waitHealthy(run, id);
  } catch (error) {
    if (run.signal?.aborted !== true && !run.giveUp.aborted)
      report({ step, state: 'failed', text: toCraneError(error).message, elapsedMs: elapsed() });
    throw error;
  }
  const elapsedMs = elapsed();
  report({ step, state: 'done', text: `${spec.part} is healthy`, elapsedMs });
  return elapsedMs;
}

/** The id of a container that is made of exactly this spec. */
async function ensureContainer(run: PartRun): Promise<string> {
  const { client, report, spec, signal } = run;
  const { name, create } = renderPart(spec, run.layout, run.installation);
  const step = `part.${spec.part}`;
  const existing = await findOwn(run, name);
  if (existing !== null && existing.labels['crane.spec'] === create.Labels['crane.spec']) return existing.id;
  if (existing === null) report({ step, state: 'started', text: `starting ${spec.part}` });
  else {
    report({ step, state: 'started', text: `${spec.part} is made anew: its configuration changed` });
    await client.containers.remove(existing.id, { force: true }, signal);
  }
  try {
    const { id } = await client.containers.create({ name, create }, signal);
    run.made.push(id);
    return id;
  } catch (error) {
    // Another run made it since we looked: then that one is it.
    const other = toCraneError(error).code === 'engine.conflict' ? await findOwn(run, name) : null;
    if (other === null) throw error;
    return other.id;
  }
}

async function findOwn(
  { client, installation, signal }: PartRun,
  name: string,
): Promise<ContainerSummary | null> {
  const filters = { name: [`^/${name}$`] };
  const found = (await client.containers.list({ all: true, filters }, signal)).find(
    (item) => item.name === name,
  );
  if (found === undefined) return null;
  if (found.labels['crane.instance'] !== installation) throw notOurs('container', name);
  return found;
}

async function start({ client, spec, signal }: PartRun, id: string): Promise<void> {
  const { state } = await client.containers.inspect(id, signal);
  if (state === 'paused') return client.containers.unpause(id, signal);
  try {
    await client.containers.start(id, signal);
  } catch (error) {
    const { message } = toCraneError(error);
    const isTaken = /address already in use|port is already allocated/i.test(message);
    const [first, ...others] = spec.publish;
    const named = others.find(({ hostPort }) => message.includes(`:${hostPort}`)) ?? first;
    if (!isTaken || named === undefined) throw error;
    throw portTaken(named.hostPort, named.variable);
  }
}

async function waitHealthy(run: PartRun, id: string): Promise<void> {
  const { client, layout, spec } = run;
  const signal = run.signal === undefined ? run.giveUp : AbortSignal.any([run.signal, run.giveUp]);
  const url = `${partUrl(layout, spec.part)}${spec.health.path}`;
  const isHealthy = await waitFor(async () => ((await answers(url, signal)) ? true : null), {
    timeoutMs: healthyTimeoutMs,
    everyMs: 50,
    signal,
  });
  if (isHealthy !== null) return;
  const { state, error, name } = await client.containers.inspect(id, signal);
  const words = [state, error, await readEnd(run, id)].filter((text) => text !== '').join(': ');
  throw new CraneError('part.unavailable', {
    message: `${spec.part} is not healthy after ${healthyTimeoutMs / 1000} s (${words}).`,
    fix: `Read its log: docker logs ${name}`,
  });
}

/** The last lines of a part's log; empty when it cannot be read. */
async function readEnd({ client, signal }: PartRun, id: string): Promise<string> {
  const options = { follow: false, tail: shownLogLines, sinceMs: null, hasTimestamps: false };
  try {
    const pieces = await Array.fromAsync(
      demultiplex(client.containers.logs(id, options, signal), 'Read the log of a part'),
    );
    return Buffer.concat(pieces.map((piece) => piece.bytes))
      .toString('utf8')
      .trim();
  } catch {
    return ''; // the reason stands without it
  }
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(1_000)]),
      redirect: 'error',
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // not yet; an abort ends the wait between two looks
  }
}

function ignore(): void {
  // Already gone: as it should be.
}
