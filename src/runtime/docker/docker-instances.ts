import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { EngineEndpoint, InstanceSpec } from '../../core/service/engine-create.ts';
import type { ContainerDetails } from './client/container-reply.ts';
import { isOwn, labels } from './docker-labels.ts';
import { isAttached } from './docker-networks.ts';
import { accept, hasCode, orNull } from './error-answers.ts';
import { findOwn, isOwnId } from './find-own.ts';
import { readNetworks } from './network-label.ts';
import type { RuntimeContext } from './runtime-context.ts';

type InstanceCalls = Pick<
  Runtime,
  'createInstance' | 'inspectCreated' | 'startInstance' | 'stopInstance' | 'killInstance' | 'removeInstance'
>;

/** How long a removal that another call began may take, and a name be reserved without a container. */
const removalMs = 60_000;
const reservedMs = 10_000;
const lookMs = 50;

export function createInstanceCalls(
  context: RuntimeContext & {
    wait: (ms: number, signal?: AbortSignal) => Promise<void>;
    now: () => number;
    /** What was observed of it no longer counts; the engine's own event comes a little later. */
    forget: (id: string) => void;
  },
): InstanceCalls {
  const { client, installation, own, wait, now, forget } = context;

  /** Joins what it must be on before it starts; what is joined already is an answer. */
  async function connect(
    id: string,
    networks: Readonly<Record<string, EngineEndpoint>>,
    signal?: AbortSignal,
  ): Promise<void> {
    for (const [network, endpoint] of Object.entries(networks))
      await accept(client.networks.connect(network, id, endpoint, signal), isAttached);
    own.markReady(id);
  }

  async function create(spec: InstanceSpec, signal?: AbortSignal): Promise<string> {
    const payload = {
      ...spec.create,
      Labels: {
        ...spec.create.Labels,
        [labels.installation]: installation,
        ...(Object.keys(spec.moreNetworks).length === 0
          ? {}
          : { [labels.networks]: JSON.stringify(spec.moreNetworks) }),
      },
    };
    const { id } = await client.containers.create(
      {
        name: spec.name,
        create: payload,
        ...(spec.platform === undefined ? {} : { platform: spec.platform }),
      },
      signal,
    );
    own.addContainer(id, spec.create.Labels[labels.app] ?? '');
    return id;
  }

  return {
    async createInstance(spec, signal) {
      const deadline = now() + reservedMs;
      for (;;) {
        try {
          const id = await create(spec, signal);
          await connect(id, spec.moreNetworks, signal);
          return { id, isAdopted: false };
        } catch (error) {
          if (!hasCode(error, 'engine.conflict')) throw createError(spec, error);
          const existing = await orNull(client.containers.inspect(spec.name, signal));
          if (existing?.name === spec.name) {
            requireAdoptable(spec, existing, installation, error);
            own.addContainer(existing.id, existing.labels[labels.app] ?? '');
            await connect(existing.id, spec.moreNetworks, signal);
            return { id: existing.id, isAdopted: true };
          }
          // The engine reserves a name before the container is there, and frees it after it is gone.
          if (now() > deadline) throw error;
          await wait(lookMs, signal);
        }
      }
    },

    async inspectCreated(id, signal) {
      if (!(await isOwnId(context, id, signal))) return null;
      return orNull(client.containers.inspectCreated(id, signal));
    },

    async startInstance(id, signal) {
      if (!own.isReady(id)) {
        const details = await findOwn(context, id, signal);
        if (details === null) throw new CraneError('engine.not_found', `Instance ${id} does not exist.`);
        await connect(id, readNetworks(details.labels), signal);
      }
      await client.containers
        .start(id, signal)
        .catch((error: unknown) => {
          throw startError(error);
        })
        .finally(() => forget(id));
    },

    async stopInstance(id, graceMs, signal) {
      if (!(await isOwnId(context, id, signal))) return;
      const grace = graceMs === null ? null : Math.ceil(graceMs / 1000);
      await accept(client.containers.stop(id, grace, signal), isGone).finally(() => forget(id));
    },

    async killInstance(id, signal) {
      if (!(await isOwnId(context, id, signal))) return;
      await accept(
        client.containers.kill(id, 'SIGKILL', signal),
        (error) => isGone(error) || /is not running/i.test(error.message),
      ).finally(() => forget(id));
    },

    async removeInstance(id, signal) {
      if (!(await isOwnId(context, id, signal))) return;
      const isBeingRemoved = (error: CraneError): boolean =>
        /removal .* already in progress/i.test(error.message);
      await accept(
        client.containers.remove(id, { force: true, volumes: true }, signal),
        (error) => isGone(error) || isBeingRemoved(error),
      );
      const deadline = now() + removalMs;
      while ((await orNull(client.containers.inspect(id, signal))) !== null) {
        if (now() > deadline)
          throw new CraneError(
            'engine.timed_out',
            `Instance ${id} is still being removed after ${removalMs / 1000} s.`,
          );
        await wait(lookMs, signal);
      }
      own.dropContainer(id);
    },
  };
}

export function isGone(error: CraneError): boolean {
  return error.code === 'engine.not_found';
}

/** Adopts only what the same call would have made: own, same name, same spec, and not on its way out. */
function requireAdoptable(
  spec: InstanceSpec,
  existing: ContainerDetails,
  installation: string,
  cause: unknown,
): void {
  if (!isOwn(existing.labels, installation))
    throw new CraneError(
      'engine.conflict',
      {
        message: `A container named ${spec.name} exists already and is not this installation's.`,
        fix: `Rename or remove it (\`docker rename ${spec.name} …\`); Crane leaves it alone.`,
      },
      { cause },
    );
  if (existing.labels[labels.spec] !== spec.specHash)
    throw new CraneError(
      'engine.conflict',
      `The instance ${spec.name} exists already, made from other settings; it must be removed first.`,
      { cause },
    );
  if (existing.state === 'removing' || existing.state === 'dead')
    throw new CraneError(
      'engine.conflict',
      { message: `The old instance ${spec.name} is still being removed.`, retryAfterSeconds: 1 },
      { cause },
    );
}

function createError(spec: InstanceSpec, error: unknown): unknown {
  if (!hasCode(error, 'engine.not_found') || !/no such image/i.test(error.message)) return error;
  return new CraneError(
    'image.not_found',
    {
      message: `${error.message} (instance ${spec.name})`,
      fix: 'Deploy again, so that the image is resolved anew.',
    },
    { cause: error },
  );
}

function startError(error: unknown): unknown {
  if (
    !(error instanceof CraneError) ||
    !/port is already allocated|address already in use/i.test(error.message)
  )
    return error;
  const port = /(?:Bind for|listen (?:tcp|udp)\d? )\s*(\S+:\d+)/i.exec(error.message)?.[1];
  return new CraneError(
    'port.taken',
    {
      message: `The port ${port ?? 'it publishes'} is in use already. ${error.message}`,
      fix: 'Publish another port, or stop what listens there.',
    },
    { cause: error },
  );
}
