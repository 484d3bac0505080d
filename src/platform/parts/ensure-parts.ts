import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { Report } from '../progress.ts';
import { findPortHolder } from '../find-port-holder.ts';
import { waitFor } from '../wait-for.ts';
import { partUrl, type PlatformLayout } from './part-settings.ts';
import { renderPart, type PartSpec } from './render-part.ts';

type Request = {
  client: EngineClient;
  layout: PlatformLayout;
  installation: string;
  specs: readonly PartSpec[];
  report: Report;
  signal?: AbortSignal;
};

const healthyTimeoutMs = 60_000;

/** Observe, create what is absent, make anew what differs, start, wait until healthy; parts do not wait for each other. */
export async function ensureParts(request: Request): Promise<Record<string, number>> {
  await ensureNetwork(request);
  const times = await Promise.all(
    request.specs.map(async (spec) => [spec.part, await ensurePart(request, spec)] as const),
  );
  return Object.fromEntries(times);
}

async function ensureNetwork({ client, layout, installation, signal }: Request): Promise<void> {
  const existing = (await client.networks.list({}, signal)).find(
    (network) => network.name === layout.network,
  );
  if (existing !== undefined) {
    if (existing.labels['crane.instance'] !== installation) {
      throw new CraneError('engine.conflict', {
        message: `A network named ${layout.network} exists that is not of this Crane.`,
        fix: 'Remove it, take that Crane down, or choose another CRANE_PREFIX.',
      });
    }
    if (existing.subnets.includes(layout.subnet)) return;
    await client.networks.remove(existing.id, signal);
  }
  await client.networks
    .create(
      {
        name: layout.network,
        subnets: [{ subnet: layout.subnet, gateway: layout.gateway }],
        labels: { 'crane.instance': installation, 'crane.part': 'network' },
      },
      signal,
    )
    .catch((error: unknown) => {
      throw new CraneError(
        'network.exhausted',
        {
          message: `The platform network ${layout.subnet} could not be made: ${toCraneError(error).message}`,
          fix: 'Choose another range: CRANE_SUBNETS=10.214.0.0/16',
        },
        { cause: error },
      );
    });
}

async function ensurePart(request: Request, spec: PartSpec): Promise<number> {
  const { client, report, layout, signal } = request;
  const began = performance.now();
  const step = `part.${spec.part}`;
  const { name, create } = renderPart(spec, layout, request.installation);
  const existing = (
    await client.containers.list({ all: true, filters: { name: [`^/${name}$`] } }, signal)
  ).find((container) => container.name === name);
  let id = existing?.id ?? null;
  if (existing !== undefined && existing.labels['crane.instance'] !== request.installation) {
    throw new CraneError('engine.conflict', {
      message: `A container named ${name} exists that is not of this Crane.`,
      fix: 'Remove it, take that Crane down, or choose another CRANE_PREFIX.',
    });
  }
  if (existing !== undefined && existing.labels['crane.spec'] !== create.Labels['crane.spec']) {
    report({ step, state: 'progress', text: `${spec.part} is made anew: its configuration changed` });
    await client.containers.remove(existing.id, { force: true }, signal);
    id = null;
  }
  if (id === null) {
    report({ step, state: 'started', text: `starting ${spec.part}` });
    id = (await client.containers.create({ name, create }, signal)).id;
  }
  await start(request, spec, id);
  await waitHealthy(request, spec, id);
  const elapsedMs = Math.round(performance.now() - began);
  report({ step, state: 'done', text: `${spec.part} is healthy`, elapsedMs });
  return elapsedMs;
}

/** A taken port is told with its holder, and nothing is left behind. */
async function start({ client, signal }: Request, spec: PartSpec, id: string): Promise<void> {
  try {
    await client.containers.start(id, signal);
  } catch (error) {
    const failure = toCraneError(error);
    const taken = /address already in use|port is already allocated/i.test(failure.message);
    if (!taken || spec.publish === null) throw error;
    await client.containers.remove(id, { force: true }, signal);
    const { hostPort } = spec.publish;
    throw portTaken(hostPort, 'CRANE_ROUTER_PORT');
  }
}

/** The error for a port that somebody else listens on. */
export function portTaken(port: number, variable: string): CraneError {
  const holder = findPortHolder(port);
  return new CraneError('port.taken', {
    message: `Port ${port} on 127.0.0.1 is taken${holder === null ? '' : ` by ${holder}`}.`,
    fix: `Free it, or choose another: ${variable}=${port + 1}`,
  });
}

async function waitHealthy({ client, layout, signal }: Request, spec: PartSpec, id: string): Promise<void> {
  const url = `${partUrl(layout, spec.part)}${spec.health.path}`;
  const isHealthy = await waitFor(async () => ((await answers(url)) ? true : null), {
    timeoutMs: healthyTimeoutMs,
    everyMs: 50,
    signal,
  });
  if (isHealthy !== null) return;
  const { state, error } = await client.containers.inspect(id, signal);
  throw new CraneError('part.unavailable', {
    message: `${spec.part} is not healthy after ${healthyTimeoutMs / 1000} s (${state}${error === '' ? '' : `: ${error}`}).`,
    fix: `Read its log: docker logs ${layout.prefix}-${spec.part}`,
  });
}

export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000), redirect: 'error' });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
