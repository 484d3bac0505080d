import assert from 'node:assert/strict';
import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { planBuild } from '../../src/core/build/build-plan.ts';
import type { Builder } from '../../src/core/build/choose-builder.ts';
import type { BuildEvent, Runtime } from '../../src/core/port/runtime.ts';
import { describeBuildContract } from '../../src/runtime/build-contract.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { createDockerRuntime } from '../../src/runtime/docker/docker-runtime.ts';
import { openTestEngine, uniquePrefix } from '../factories/docker-engine.ts';
import { buildProbeImage, probeImage, tarOf } from '../factories/probe-image.ts';
import { waitFor } from '../factories/wait-for.ts';

const textTar = (files: Readonly<Record<string, string>>): AsyncIterable<Uint8Array> =>
  tarOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));

async function removeBuilt(client: EngineClient, prefix: string): Promise<void> {
  for (const { tags } of await client.images.list())
    for (const tag of tags)
      if (tag.startsWith(`crane.internal/${prefix}/`)) await client.images.remove(tag, { force: true });
}

const inspection = z.object({
  Config: z.object({ Env: z.array(z.string()).nullable() }),
  HostConfig: z.object({
    Memory: z.number(),
    MemorySwap: z.number(),
    CpuShares: z.number(),
    CpuPeriod: z.number(),
    CpuQuota: z.number(),
    NetworkMode: z.string(),
  }),
});

/** All of the engine's answer, of which the client reads less. */
async function inspect(client: EngineClient, id: string): Promise<z.infer<typeof inspection>> {
  const socketPath = client.where.replace('unix://', '');
  const asked = get({ socketPath, path: `/containers/${id}/json` });
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      json(response)
        .then((found) => resolve(inspection.parse(found)))
        .catch(reject);
    });
  });
}

for (const builder of ['classic', 'buildkit'] as const)
  describeBuildContract(`builds of the Docker runtime by the builder ${builder}`, async () => {
    const client = await openTestEngine();
    const prefix = uniquePrefix();
    // An image of its own: ids of builds from nothing are shared with whoever builds the same.
    const base = `crane.internal/${prefix}/base/base:1`;
    await Array.fromAsync(
      client.images.build({
        tar: textTar({ Dockerfile: `FROM scratch\nLABEL base=${prefix}\n` }),
        tags: [base],
      }),
    );
    return {
      runtime: createDockerRuntime({ client, installation: prefix }),
      prefix,
      base,
      builder,
      tarOf: textTar,
      close: async () => {
        await removeBuilt(client, prefix);
        client.close();
      },
    };
  });

describe('builds on a real engine', () => {
  let client: EngineClient;
  let runtime: Runtime;
  const prefix = uniquePrefix();

  before(async () => {
    client = await openTestEngine();
    await buildProbeImage(client);
    runtime = createDockerRuntime({ client, installation: prefix });
  });
  after(async () => {
    if (client === undefined) return;
    await removeBuilt(client, prefix);
    await client.images.remove(probeImage, { force: true }).catch(() => undefined);
    client.close();
  });

  const build = (
    text: string,
    {
      service = 'web',
      signal,
      builder = 'classic',
      ...rest
    }: { service?: string; signal?: AbortSignal; extra_hosts?: string[]; builder?: Builder } = {},
  ): AsyncIterable<BuildEvent> =>
    runtime.buildImage(
      {
        plan: planBuild({
          prefix,
          app: 'shop-1',
          service,
          builder,
          release: 1,
          spec: { build: { context: '.', network: 'none', no_cache: true, ...rest } },
          dockerfileText: null,
          engine: { os: 'linux', architecture: 'amd64', apiVersion: '1.41' },
          limits: { memoryBytes: 64 * 1024 ** 2, cpus: 0.5 },
        }),
        context: textTar({ Dockerfile: text }),
      },
      signal,
    );
  const run = (...command: string[]): string => `RUN ${JSON.stringify(['/probe', ...command])}`;
  /** What the engine says of the builder's container whose environment holds this word. */
  const findStep = async (word: string): Promise<z.infer<typeof inspection> | null> => {
    for (const { id } of await client.containers.list({ all: true })) {
      const found = await inspect(client, id).catch(() => null);
      if (found?.Config.Env?.includes(`WORD=${word}`) === true) return found;
    }
    return null;
  };

  it('tells what a step writes, and names the one that fails with what it wrote', async () => {
    const file = `FROM ${probeImage}\n${run('say', 'to out', 'to err', '0')}\n${run('say', 'bad news', '', '3')}\n`;
    const seen: string[] = [];
    await assert.rejects(
      (async () => {
        for await (const event of build(file)) if (event.kind === 'output') seen.push(event.text);
      })(),
      {
        code: 'image.build_failed',
        message: /step 3\/3 "RUN \["\/probe", *"say".*non-zero code: 3\n(.*\n)* {2}bad news/,
      },
    );
    assert.ok(seen.includes('to out') && seen.includes('to err'), seen.join('|'));
  });

  it('keeps a step within its limits', async () => {
    const controller = new AbortController();
    const word = `${prefix}-limits`;
    const building = Array.fromAsync(
      build(`FROM ${probeImage}\nENV WORD=${word}\n${run('sleep')}\n`, { signal: controller.signal }),
    );
    building.catch(() => undefined);
    const { HostConfig } = await waitFor('the step runs', () => findStep(word));
    controller.abort();
    await assert.rejects(building, { code: 'operation.cancelled' });
    assert.deepEqual(HostConfig, {
      Memory: 64 * 1024 ** 2,
      MemorySwap: 64 * 1024 ** 2,
      CpuShares: 256,
      CpuPeriod: 100_000,
      CpuQuota: 50_000,
      NetworkMode: 'none',
    });
    await waitFor('the step is gone', async () => ((await findStep(word)) === null ? true : null));
  });

  it('builds one at a time, and a wait can be cancelled', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const word = `${prefix}-first`;
    const one = Array.fromAsync(
      build(`FROM ${probeImage}\nENV WORD=${word}\n${run('sleep')}\n`, {
        service: 'one',
        signal: first.signal,
      }),
    );
    one.catch(() => undefined);
    await waitFor('the first builds', () => findStep(word));
    const events: BuildEvent[] = [];
    const waits = async (signal?: AbortSignal): Promise<void> => {
      for await (const event of build(`FROM ${probeImage}\nLABEL x=y\n`, {
        service: 'two',
        ...(signal === undefined ? {} : { signal }),
      }))
        events.push(event);
    };
    const cancelled = waits(second.signal);
    cancelled.catch(() => undefined);
    const two = waits();
    await waitFor('both wait', () => (events.length === 2 ? true : null));
    assert.deepEqual(events, [{ kind: 'waiting' }, { kind: 'waiting' }]);
    second.abort();
    await assert.rejects(cancelled, { code: 'operation.cancelled' });
    first.abort();
    await assert.rejects(one, { code: 'operation.cancelled' });
    await two;
    assert.equal(events.at(-1)?.kind, 'built');
  });

  it('has what only BuildKit does: mounts of steps, modes of copies, stages that nobody needs', async () => {
    const word = `${prefix}-kit`;
    const file = [
      `FROM ${probeImage} AS unused`,
      run('say', '', '', '3'),
      `FROM ${probeImage}`,
      `ENV WORD=${word}`,
      'COPY --chmod=600 Dockerfile /copy',
      `RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/tmp ["/probe", "say", "mounted", "", "0"]`,
    ];
    const events = await Array.fromAsync(build(`${file.join('\n')}\n`, { builder: 'buildkit' }));
    assert.ok(events.some((event) => event.kind === 'output' && event.text === 'mounted'));
    assert.equal(events.at(-1)?.kind, 'built');
  });

  it('names the step that fails in BuildKit, with what it wrote', async () => {
    const file = `FROM ${probeImage}\n${run('say', 'bad news', '', '3')}\n`;
    await assert.rejects(Array.fromAsync(build(file, { builder: 'buildkit' })), {
      code: 'image.build_failed',
      message: /step 2\/2 "RUN \["\/probe", *"say".*exit code: 3\n(.*\n)* {2}bad news/,
    });
  });

  it('ends a step of BuildKit when it is cancelled', async () => {
    const controller = new AbortController();
    const seen: BuildEvent[] = [];
    const building = (async () => {
      const file = `FROM ${probeImage}\n${run('say-and-sleep')}\n`;
      for await (const event of build(file, { builder: 'buildkit', signal: controller.signal }))
        seen.push(event);
    })();
    building.catch(() => undefined);
    await waitFor('the step says something', () =>
      seen.some((event) => event.kind === 'output') ? true : null,
    );
    controller.abort();
    await assert.rejects(building, { code: 'operation.cancelled' });
  });
});
