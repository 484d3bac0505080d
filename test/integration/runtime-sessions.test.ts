import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { InstanceSession } from '../../src/core/port/instance-session.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { createDockerRuntime } from '../../src/runtime/docker/docker-runtime.ts';
import { describeSessionContract, type SessionHarness } from '../../src/runtime/session-contract.ts';
import { openTestEngine, removeLeftovers, uniquePrefix } from '../factories/docker-engine.ts';
import { buildProbeImage, probeImage } from '../factories/probe-image.ts';
import { until } from '../factories/test-platform.ts';

function createCreator(client: EngineClient, installation: string): SessionHarness['create'] {
  const runtime = createDockerRuntime({ client, installation });
  let slot = 0;
  return async (program, isBare = false, isOneOff = false) => {
    slot += 1;
    const { id } = await runtime.createInstance({
      name: `${installation}-shop-1-web-1-${slot}`,
      specHash: 'h',
      moreNetworks: {},
      create: {
        Image: probeImage,
        Cmd: [...program],
        ...(isBare ? { Entrypoint: [] } : {}),
        AttachStdout: true,
        AttachStderr: true,
        Labels: {
          'crane.app': 'shop-1',
          'crane.service': 'web',
          'crane.release': '1',
          ...(isOneOff ? { 'crane.run': 'r' } : { 'crane.slot': String(slot) }),
          'crane.spec': 'h',
        },
        HostConfig: { NetworkMode: 'none' },
      },
    });
    return id;
  };
}

describeSessionContract('commands in instances of the Docker runtime', async () => {
  const client = await openTestEngine();
  const prefix = uniquePrefix();
  const runtime = createDockerRuntime({ client, installation: prefix });
  await buildProbeImage(client);
  const create = createCreator(client, prefix);
  return {
    runtime,
    other: createDockerRuntime({ client, installation: `${prefix}-other` }),
    create,
    start: async () => {
      const id = await create(['sleep']);
      await runtime.startInstance(id);
      return id;
    },
    program: ['/probe'],
    close: async () => {
      await removeLeftovers(client, prefix);
      client.close();
    },
  };
});

describe('a command in a container', () => {
  const prefix = uniquePrefix();
  let client: EngineClient;
  before(async () => {
    client = await openTestEngine();
    await buildProbeImage(client);
  });
  after(async () => {
    await removeLeftovers(client, prefix);
    await client.images.remove(probeImage, { force: true });
    client.close();
  });

  it('does not live on when it was let go of', async () => {
    const runtime = createDockerRuntime({ client, installation: prefix });
    const id = await createCreator(client, prefix)(['sleep']);
    await runtime.startInstance(id);
    const processes = async (): Promise<number> => (await client.containers.top(id)).processes.length;
    for (const hasTty of [false, true]) {
      const session = await runtime.exec(id, {
        command: ['/probe', 'sleep'],
        hasTty,
        hasInput: true,
        environment: [],
        user: null,
        workingDir: null,
        size: hasTty ? { rows: 40, columns: 100 } : null,
      });
      const reading = drain(session);
      assert.equal(await processes(), 2);
      await session.close();
      await reading;
      await until('it is gone', async () => ((await processes()) === 1 ? true : null));
    }
  });

  it('that the user or the folder keeps from starting says why', async () => {
    const runtime = createDockerRuntime({ client, installation: prefix });
    const id = await createCreator(client, prefix)(['sleep']);
    await runtime.startInstance(id);
    const ask = {
      command: ['/probe', 'env'],
      hasTty: false,
      hasInput: false,
      environment: [],
      user: null,
      workingDir: null,
      size: null,
    };
    await assert.rejects(runtime.exec(id, { ...ask, user: 'nobody-here' }), {
      code: 'command.not_runnable',
      message: /nobody-here/,
    });
    await assert.rejects(runtime.exec(id, { ...ask, workingDir: '/nowhere' }), {
      code: 'command.not_runnable',
      message: /\/nowhere/,
    });
  });
});

async function drain(session: InstanceSession): Promise<void> {
  for await (const chunk of session.output) void chunk;
}
