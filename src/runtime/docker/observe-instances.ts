import type { ObservedInstance } from '../../core/service/instance.ts';
import { parsePortProtocol, type PublishedPort } from '../../core/service/published-port.ts';
import type { ContainerDetails, ContainerSummary } from './client/container-reply.ts';
import type { EngineClient } from './client/engine-client.ts';
import { labels, readIdentity, readShares } from './docker-labels.ts';
import { orNull } from './error-answers.ts';
import { mapLimited } from './map-limited.ts';

/** Exit codes, OOM and start times come only from an inspection; so many are asked for at once. */
const parallelInspections = 8;
/** However sure the cache is, an entry is looked at anew after this time. */
const maxAgeMs = 60_000;

export type InstanceObserver = {
  observe(app: string | null, signal?: AbortSignal): Promise<ObservedInstance[]>;
  /** Something happened to this container: what is known of it no longer counts. */
  forget(id: string): void;
  /** Inspections are kept only between `startKeeping` and `stopKeeping`, while events tell of every change. */
  startKeeping(): void;
  stopKeeping(): void;
};

/**
 * One list call per look. Inspections are kept while the event stream is alive, for as long as neither an event nor the list says
 * that the container changed; otherwise each look inspects everything.
 */
export function createInstanceObserver({
  client,
  installation,
  now,
  onOwn,
}: {
  client: EngineClient;
  installation: string;
  /** Monotonic milliseconds. */
  now: () => number;
  /** Told of every own container seen. */
  onOwn: (id: string, app: string) => void;
}): InstanceObserver {
  const kept = new Map<string, { details: ContainerDetails; fingerprint: string; at: number }>();
  let keepers = 0;
  /** Grows with every change told; an inspection that began before one is not kept. */
  let changes = 0;

  async function inspect(summary: ContainerSummary, signal?: AbortSignal): Promise<ContainerDetails | null> {
    const fingerprint = fingerprintOf(summary);
    const known = kept.get(summary.id);
    if (known !== undefined && known.fingerprint === fingerprint && now() - known.at < maxAgeMs)
      return known.details;
    const before = changes;
    const details = await orNull(client.containers.inspect(summary.id, signal));
    if (details !== null && keepers > 0 && changes === before && isSettled(details, summary))
      kept.set(summary.id, { details, fingerprint, at: now() });
    return details;
  }

  return {
    async observe(app, signal) {
      const summaries = await client.containers.list(
        {
          all: true,
          filters: {
            label: [
              `${labels.installation}=${installation}`,
              app === null ? labels.app : `${labels.app}=${app}`,
            ],
          },
        },
        signal,
      );
      if (app === null) dropGone(kept, summaries);
      const observed = await mapLimited(summaries, parallelInspections, async (summary) => {
        const identity = readIdentity(summary.labels);
        if (identity === null) return null;
        onOwn(summary.id, identity.app);
        const details = await inspect(summary, signal);
        return details === null ? null : { ...identity, ...describe(summary, details) };
      });
      return observed.filter((each) => each !== null);
    },
    forget(id) {
      changes += 1;
      kept.delete(id);
    },
    startKeeping() {
      keepers += 1;
    },
    stopKeeping() {
      keepers -= 1;
      changes += 1;
      kept.clear();
    },
  };
}

/** What the list tells of the facts that an inspection adds; the running time in `status` is left out. */
function fingerprintOf(summary: ContainerSummary): string {
  const health = /\((healthy|unhealthy|health: starting)\)/.exec(summary.status)?.[1] ?? '';
  const exit = /^Exited \((-?\d+)\)/.exec(summary.status)?.[1] ?? '';
  return `${summary.state} ${health} ${exit}`;
}

/** The container changed between the list and the inspection: right for now, but not to be kept under the list's words. */
function isSettled(details: ContainerDetails, summary: ContainerSummary): boolean {
  return details.state === summary.state && details.state !== 'restarting' && details.state !== 'removing';
}

function dropGone(kept: Map<string, unknown>, summaries: readonly ContainerSummary[]): void {
  const alive = new Set(summaries.map((summary) => summary.id));
  for (const id of kept.keys()) if (!alive.has(id)) kept.delete(id);
}

function describe(
  summary: ContainerSummary,
  details: ContainerDetails,
): Omit<ObservedInstance, 'app' | 'service' | 'release' | 'slot'> {
  const hasEnded = details.state === 'exited' || details.state === 'dead';
  const networks = details.state === summary.state ? summary.networks : details.networks;
  return {
    id: summary.id,
    name: summary.name,
    state: details.state,
    health: details.health.status,
    exitCode: hasEnded ? details.exitCode : null,
    isOomKilled: details.isOomKilled,
    startedAt: details.startedAt,
    finishedAt: details.finishedAt,
    createdAt: details.createdAt,
    specHash: summary.labels[labels.spec] ?? '',
    ...readShares(summary.labels),
    ...readPorts(summary),
    imageId: summary.imageId,
    addresses: Object.fromEntries(
      Object.entries(networks).map(([name, network]) => [
        name,
        network.address === '' ? network.address6 : network.address,
      ]),
    ),
  };
}

/** Those that only the image exposes have no address. */
function readPorts({ ports }: ContainerSummary): { ports?: readonly PublishedPort[] } {
  const published = ports.flatMap(({ port, protocol: name, address, publicPort }) => {
    const protocol = parsePortProtocol(name);
    return protocol === null || publicPort === 0
      ? []
      : [{ port, protocol, address, publishedPort: publicPort }];
  });
  return published.length === 0 ? {} : { ports: published };
}
