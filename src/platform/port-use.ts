import { createServer } from 'node:net';
import { CraneError } from '../core/error/crane-error.ts';
import type { ContainerSummary } from '../runtime/docker/client/container-reply.ts';
import type { EngineClient } from '../runtime/docker/client/engine-client.ts';
import { findControlProcess } from './control-process.ts';
import { findPortHolder } from './find-port-holder.ts';
import { waitFor } from './wait-for.ts';

/** Who listens on a loopback port that Crane wants. `forbidden`: the system lets only root use it. */
export type PortUse =
  | { kind: 'free' }
  | { kind: 'ours' }
  | { kind: 'forbidden' }
  /** `holder` as a person knows it, `container shop-1` or `nginx (pid 12)`; null where it cannot be told. */
  | { kind: 'taken'; holder: string | null };

export type WantedPort = { port: number; what: 'router' | 'router with TLS' | 'API'; variable: string };
type Published = Pick<ContainerSummary, 'name' | 'labels' | 'ports'>;

type Request = {
  client: EngineClient;
  dataFolder: string;
  /** Null before the first start: then nothing can be ours. */
  installation: string | null;
  apiPort: number;
  routerPort: number;
  tlsPort: number;
  /** Whether a running control plane of this folder may hold the API's port; not when asked by itself. */
  isControlAllowed?: boolean;
  signal?: AbortSignal;
};

/** A port may just be let go, or our own router be on its way up: so long a taken one is looked at again. */
const patienceMs = 1_000;

/** Looks at the router's ports and the API's. The engine may be away: what it publishes is then not known. */
export async function observePorts(request: Request): Promise<{ wanted: WantedPort; use: PortUse }[]> {
  const { client, signal, dataFolder, installation, isControlAllowed = true } = request;
  const wanted: WantedPort[] = [
    { port: request.routerPort, what: 'router', variable: 'CRANE_ROUTER_PORT' },
    { port: request.tlsPort, what: 'router with TLS', variable: 'CRANE_TLS_PORT' },
    { port: request.apiPort, what: 'API', variable: 'CRANE_API_PORT' },
  ];
  const attempts = await Promise.all(
    wanted.map(async (item) => ({ wanted: item, attempt: await tryToListen(item.port) })),
  );
  const published = await client.containers.list({ all: false }, signal).catch(() => []);
  const hasControl = isControlAllowed && findControlProcess(dataFolder) !== null;
  return attempts.map(({ wanted: item, attempt }) => {
    const holder = attempt === 'taken' ? findPortHolder(item.port) : null;
    return {
      wanted: item,
      use: decidePortUse({ wanted: item, attempt, published, hasControl, installation, holder }),
    };
  });
}

/** @throws `port.taken` for the first port that Crane cannot have, before anything is made for it. */
export async function requireFreePorts(request: Request): Promise<void> {
  let refusal: CraneError | undefined;
  await waitFor(
    async () => {
      const ports = await observePorts(request);
      refusal = ports.flatMap(({ wanted, use }) => refusePort(wanted, use) ?? [])[0];
      return refusal === undefined ? true : null;
    },
    { timeoutMs: patienceMs, everyMs: 100, signal: request.signal },
  );
  if (refusal !== undefined) throw refusal;
}

export function decidePortUse(facts: {
  wanted: WantedPort;
  attempt: 'free' | 'taken' | 'forbidden';
  published: readonly Published[];
  hasControl: boolean;
  installation: string | null;
  /** The process that listens there. */
  holder: string | null;
}): PortUse {
  const { wanted, attempt, installation } = facts;
  const publisher = facts.published.find((container) =>
    container.ports.some((item) => item.publicPort === wanted.port && isOnLoopback(item.address)),
  );
  if (attempt === 'free') return { kind: 'free' };
  // The engine publishes ports as root, whoever runs Crane.
  if (attempt === 'forbidden' && publisher === undefined)
    return wanted.what !== 'API' ? { kind: 'free' } : { kind: 'forbidden' };
  if (publisher === undefined)
    return wanted.what === 'API' && facts.hasControl
      ? { kind: 'ours' }
      : { kind: 'taken', holder: facts.holder };
  const isOurs =
    wanted.what !== 'API' &&
    publisher.labels['crane.part'] === 'traefik' &&
    publisher.labels['crane.instance'] === installation;
  return isOurs ? { kind: 'ours' } : { kind: 'taken', holder: `container ${publisher.name}` };
}

/** All interfaces count: they include loopback. */
function isOnLoopback(address: string): boolean {
  return ['127.0.0.1', '0.0.0.0', '::', ''].includes(address);
}

/** Null when Crane can have the port. */
export function refusePort({ port, what, variable }: WantedPort, use: PortUse): CraneError | null {
  if (use.kind === 'free' || use.kind === 'ours') return null;
  if (use.kind === 'forbidden')
    return new CraneError('port.taken', {
      message: `Port ${port} on 127.0.0.1 may only be used by root, and the ${what} is to listen there.`,
      fix: `Choose another, above 1023: ${variable}=${port + 7000}`,
    });
  return portTaken(port, variable, use.holder);
}

/** The error for a port that somebody else listens on. */
export function portTaken(port: number, variable: string, holder = findPortHolder(port)): CraneError {
  return new CraneError('port.taken', {
    message: `Port ${port} on 127.0.0.1 is taken${holder === null ? '' : ` by ${holder}`}.`,
    fix: `Free it, or choose another: ${variable}=${port < 65_535 ? port + 1 : port - 1}`,
  });
}

function tryToListen(port: number): Promise<'free' | 'taken' | 'forbidden'> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) =>
      resolve('code' in error && error.code === 'EACCES' ? 'forbidden' : 'taken'),
    );
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve('free')));
  });
}
