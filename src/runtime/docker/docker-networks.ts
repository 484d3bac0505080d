import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { NetworkDetails } from './client/object-reply.ts';
import { isOwn, labels } from './docker-labels.ts';
import { accept, hasCode, orNull } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';

type NetworkCalls = Pick<
  Runtime,
  'observeNetworks' | 'ensureNetwork' | 'removeNetwork' | 'removeIdleNetwork' | 'attach' | 'detach'
>;

/** A network cannot be removed while something joins it anew; so often it is emptied again. */
const removalAttempts = 4;

export function createNetworkCalls({ client, installation, own }: RuntimeContext): NetworkCalls {
  /** The own network of exactly this name; the engine's filter also matches parts of names. */
  async function find(
    name: string,
    signal?: AbortSignal,
  ): Promise<{ mine?: NetworkDetails; foreign?: NetworkDetails }> {
    const found = await client.networks.list({ filters: { name: [name] } }, signal);
    const named = found.filter((network) => network.name === name);
    const mine = named.find((network) => isOwn(network.labels, installation));
    const foreign = named.find((network) => network !== mine);
    return { ...(mine === undefined ? {} : { mine }), ...(foreign === undefined ? {} : { foreign }) };
  }

  async function requireMine(name: string, signal?: AbortSignal): Promise<NetworkDetails> {
    const { mine } = await find(name, signal);
    if (mine === undefined)
      throw new CraneError('engine.not_found', `Network ${name} of this installation does not exist.`);
    return mine;
  }

  async function isEnsured(name: string, app: string | null, signal?: AbortSignal): Promise<boolean> {
    const { mine, foreign } = await find(name, signal);
    if (mine !== undefined) own.addNetwork(name, app);
    else if (foreign !== undefined)
      throw new CraneError('engine.conflict', {
        message: `A network named ${name} exists already and is not this installation's.`,
        fix: `Remove it (\`docker network rm ${name}\`) or give the app's network another name.`,
      });
    return mine !== undefined;
  }

  return {
    async observeNetworks(signal) {
      const networks = await client.networks.list({}, signal);
      return networks.map((network) => {
        const mine = isOwn(network.labels, installation);
        const app = network.labels[labels.app] ?? null;
        if (mine) own.addNetwork(network.name, app);
        return { name: network.name, app: mine ? app : null, subnets: network.subnets, isOwn: mine };
      });
    },

    async ensureNetwork(spec, signal) {
      if (await isEnsured(spec.name, spec.app, signal)) return;
      try {
        await client.networks.create(
          {
            name: spec.name,
            driver: spec.driver ?? 'bridge',
            isInternal: spec.isInternal,
            hasIpv6: spec.hasIpv6 ?? false,
            subnets: [
              ...(spec.subnet === null ? [] : [{ ...spec.pool, subnet: spec.subnet }]),
              ...(spec.morePools ?? []),
            ],
            addressOptions: spec.addressOptions ?? {},
            options: spec.driverOptions ?? {},
            labels: {
              ...spec.labels,
              [labels.installation]: installation,
              ...(spec.app === null ? {} : { [labels.app]: spec.app }),
            },
          },
          signal,
        );
        own.addNetwork(spec.name, spec.app);
      } catch (error) {
        // Made a moment ago, by a call whose answer was lost.
        if (hasCode(error, 'engine.conflict') && (await isEnsured(spec.name, spec.app, signal))) return;
        throw networkError(spec.name, error);
      }
    },

    async removeNetwork(name, signal) {
      for (let attempt = 1; ; attempt += 1) {
        const { mine } = await find(name, signal);
        if (mine === undefined) break;
        const details = await orNull(client.networks.inspect(mine.id, signal));
        for (const container of Object.keys(details?.containers ?? {}))
          await accept(client.networks.disconnect(mine.id, container, { force: true }, signal), isDetached);
        try {
          await client.networks.remove(mine.id, signal);
        } catch (error) {
          const isUsed = error instanceof CraneError && /active endpoints/i.test(error.message);
          if (!hasCode(error, 'engine.not_found') && (!isUsed || attempt === removalAttempts)) throw error;
        }
      }
      own.dropNetwork(name);
    },

    async removeIdleNetwork(name, except, signal) {
      const { mine } = await find(name, signal);
      const details = mine === undefined ? null : await orNull(client.networks.inspect(mine.id, signal));
      const joined = Object.entries(details?.containers ?? {});
      if (joined.some(([, container]) => container.name !== except)) return false;
      try {
        if (details !== null) {
          for (const [id] of joined)
            await accept(client.networks.disconnect(details.id, id, { force: true }, signal), isDetached);
          await client.networks.remove(details.id, signal);
        }
      } catch (error) {
        // Something joined it meanwhile.
        if (error instanceof CraneError && /active endpoints/i.test(error.message)) return false;
        if (!hasCode(error, 'engine.not_found')) throw error;
      }
      own.dropNetwork(name);
      return true;
    },

    async attach(container, network, signal) {
      const { id } = await requireMine(network, signal);
      await accept(client.networks.connect(id, container, undefined, signal), isAttached);
    },

    async detach(container, network, signal) {
      const { mine } = await find(network, signal);
      if (mine === undefined) return;
      await accept(client.networks.disconnect(mine.id, container, { force: true }, signal), isDetached);
    },
  };
}

/** Engines say it with status 403, 409 or 500; the words are the same. */
export function isAttached(error: CraneError): boolean {
  return /already exists in network|already attached to network/i.test(error.message);
}

function isDetached(error: CraneError): boolean {
  return error.code === 'engine.not_found' || /is not connected to/i.test(error.message);
}

function networkError(name: string, error: unknown): unknown {
  if (!(error instanceof CraneError)) return error;
  if (/non-overlapping|no available (ipv4 )?(address )?(pool|network)|fully subnetted/i.test(error.message))
    return new CraneError(
      'network.exhausted',
      { message: error.message, fix: 'Remove unused networks (`docker network prune`), then try again.' },
      { cause: error },
    );
  if (/overlaps/i.test(error.message))
    return new CraneError(
      'engine.conflict',
      {
        message: `${error.message} (network ${name})`,
        fix: 'Choose another subnet; a network on this machine uses it already.',
      },
      { cause: error },
    );
  return error;
}
