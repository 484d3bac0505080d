import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import { freeRange, overlapping } from '../../core/network/subnets.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { NetworkDetails } from '../../runtime/docker/client/object-reply.ts';
import type { PlatformLayout } from './part-settings.ts';

type Request = { client: EngineClient; layout: PlatformLayout; installation: string; signal?: AbortSignal };

/**
 * Makes sure of the platform network. One of another range or name is made anew: the parts on it have addresses of that range
 * and go with it; ensureParts makes them anew too. Resolves to the id when it was made now, null when it was there.
 */
export async function ensureNetwork(request: Request): Promise<string | null> {
  const { client, layout, installation, signal } = request;
  const networks = await client.networks.list({}, signal);
  const named = networks.find((network) => network.name === layout.network);
  if (named !== undefined && named.labels['crane.instance'] !== installation)
    throw notOurs('network', layout.network);
  const existing = named ?? networks.find((network) => isPlatform(network, installation));
  if (named?.subnets.includes(layout.subnet) === true) return null;
  const others = networks.filter((network) => network !== existing);
  const taken = [layout.subnet, ...networks.flatMap((network) => network.subnets)];
  const clash = others.find(({ subnets }) => overlapping(layout.subnet, subnets));
  if (clash !== undefined) throw rangeTaken(layout.subnet, `the network ${clash.name} uses it`, taken);
  if (existing !== undefined) await removeWithParts(request, existing.id);
  return createNetwork(request, taken);
}

/** Also one of before, under another name. */
function isPlatform({ labels }: { labels: Readonly<Record<string, string>> }, installation: string): boolean {
  return labels['crane.instance'] === installation && labels['crane.part'] === 'network';
}

async function createNetwork(
  { client, layout, installation, signal }: Request,
  taken: readonly string[],
): Promise<string> {
  try {
    return await client.networks.create(
      {
        name: layout.network,
        subnets: [{ subnet: layout.subnet, gateway: layout.gateway }],
        labels: { 'crane.instance': installation, 'crane.part': 'network' },
      },
      signal,
    );
  } catch (error) {
    const failure = toCraneError(error);
    // The engine also refuses what overlaps with a route of this machine.
    if (!/overlap/i.test(failure.message)) throw error;
    throw rangeTaken(layout.subnet, failure.message, taken, error);
  }
}

/** Only the platform's own parts are on it, and instances of no app. */
async function removeWithParts(
  { client, installation, signal }: Request,
  id: NetworkDetails['id'],
): Promise<void> {
  const filters = { label: [`crane.instance=${installation}`, 'crane.part'] };
  for (const part of await client.containers.list({ all: true, filters }, signal))
    await client.containers.remove(part.id, { force: true }, signal);
  await client.networks.remove(id, signal);
}

export function notOurs(kind: 'network' | 'container', name: string): CraneError {
  return new CraneError('engine.conflict', {
    message: `A ${kind} named ${name} exists that is not of this Crane.`,
    fix: 'Remove it, take that Crane down, or choose another CRANE_PREFIX.',
  });
}

/** What to do about a range that is in use; `taken` = what is known to be. */
export function chooseAnotherRange(taken: readonly string[]): string {
  const range = freeRange(taken);
  return range === null
    ? 'Remove networks that are not needed: docker network prune.'
    : `Choose a range that nothing here uses: CRANE_SUBNETS=${range}`;
}

function rangeTaken(subnet: string, why: string, taken: readonly string[], cause?: unknown): CraneError {
  return new CraneError(
    'network.exhausted',
    {
      message: `The platform network ${subnet} could not be made: ${why}.`,
      fix: chooseAnotherRange(taken),
    },
    cause === undefined ? undefined : { cause },
  );
}
