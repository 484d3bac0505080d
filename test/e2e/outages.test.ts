import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { driveApi, type ApiDriver } from '../factories/drive-api.ts';
import { holdLoad, type HeldLoad } from '../factories/hold-load.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { partImage } from '../factories/test-platform.ts';
import { waitFor } from '../factories/wait-for.ts';

const parts = { prometheus: 9090, alertmanager: 9093, opa: 8181, traefik: 8082 } as const;
type Part = keyof typeof parts;

const compose = `name: shop
services:
  web:
    image: crane/whoami:1
    x-crane:
      route: { port: 8080 }
      scale: { min: 1, max: 4, target: { requestsPerSecond: 50 }, stabilization: 5s, cooldown: { up: 1s, down: 2s } }
`;
const appSchema = z.object({
  uniqueName: z.string(),
  url: z.string(),
  services: z.array(z.object({ replicas: z.number(), ready: z.number() })).min(1),
});
const statusSchema = z.object({ parts: z.array(z.object({ name: z.string(), state: z.string() })) });
const decisionsSchema = z.object({
  items: z.array(z.object({ at: z.number(), lastAt: z.number(), verdict: z.string(), reason: z.string() })),
});

/** So long a part is away: longer than the stabilization window and the slow loop's pace while a service is busy. */
const outageMs = 12_000;
const wantedUnderLoad = 3;

describe('a part of the platform that is away while an app is under load', () => {
  let crane: TestInstallation;
  let api: ApiDriver;
  let app = '';
  let load: HeldLoad;

  before(async () => {
    crane = await createInstallation();
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    api = driveApi(crane);
    await api.change('/apps', { files: [{ path: 'compose.yaml', text: compose }] });
    const { uniqueName, url } = appSchema.parse(await api.get('/apps/shop'));
    app = uniqueName;
    await waitFor('the app answers', async () => ((await askApp(url)).status === 200 ? true : null));
    load = holdLoad(url, 135);
    await steady();
  });
  after(async () => {
    await load?.end();
    await crane?.purge();
  });

  const replicas = async (): Promise<number> =>
    appSchema.parse(await api.get(`/apps/${app}`)).services[0]?.replicas ?? 0;
  const stateOf = async (part: Part): Promise<string> =>
    statusSchema.parse(await api.get('/status')).parts.find(({ name }) => name === part)?.state ?? 'none';
  const steady = async (): Promise<void> => {
    await waitFor(
      'the app has the size that its load needs',
      async () => ((await replicas()) === wantedUnderLoad ? true : null),
      { timeoutMs: 60_000, everyMs: 200 },
    );
  };
  const containerOf = async (part: Part): Promise<{ id: string; network: string; address: string }> => {
    const all = await crane.engine.containers.list({ all: true, filters: { label: [crane.label()] } });
    const found = all.find(({ name }) => name === `${crane.prefix}-${part}`);
    assert.ok(found, `${part} has no container`);
    const [network, { address }] =
      Object.entries(found.networks).find(([name]) => name.endsWith('-platform')) ??
      assert.fail(`${part} is on no platform network`);
    return { id: found.id, network, address };
  };

  /** Watches until the outage is over: never fewer replicas than the load needs. Gives the states that the part was told to be in. */
  async function watch(part: Part, untilAt: number): Promise<Set<string>> {
    const states = new Set<string>();
    while (performance.now() < untilAt) {
      assert.ok((await replicas()) >= wantedUnderLoad, `scaled in while ${part} was away`);
      states.add(await stateOf(part));
      await pause(250);
    }
    return states;
  }

  async function recovered(part: Part): Promise<void> {
    await waitFor(
      `${part} is well again`,
      async () => {
        assert.ok((await replicas()) >= wantedUnderLoad, `scaled in while ${part} came back`);
        return (await stateOf(part)) === 'ok' ? true : null;
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    await waitFor(
      'the loop decides by what it measures again',
      async () => {
        const { items } = decisionsSchema.parse(await api.get(`/decisions?app=${app}&limit=1`));
        return items[0]?.reason.includes('req/s per replica') === true ? true : null;
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    await steady();
  }

  const holds = async (since: number): Promise<string[]> =>
    decisionsSchema
      .parse(await api.get(`/decisions?app=${app}&limit=50`))
      .items.filter(({ lastAt, verdict }) => lastAt >= since && verdict === 'hold')
      .map(({ reason }) => reason);

  /** What the ledger says while the part gives nothing usable; null: the loop does not need it to decide. */
  const said: Record<Part, RegExp | null> = {
    prometheus: /no signal could be used|is missing/,
    alertmanager: null,
    opa: /gave no usable answer/,
    traefik: /no signal could be used|is missing|stale/,
  };
  const requireSaid = async (part: Part, since: number): Promise<void> => {
    const wanted = said[part];
    if (wanted === null) return;
    const reasons = await holds(since);
    assert.ok(
      reasons.some((reason) => wanted.test(reason)),
      `${part}: ${JSON.stringify(reasons)}`,
    );
  };

  for (const part of ['prometheus', 'alertmanager', 'opa', 'traefik'] as const) {
    it(`${part}, killed: comes back by itself, and nothing is scaled in`, async () => {
      // By its process: what is killed through the engine counts as stopped by a person.
      const { id } = await containerOf(part);
      const { titles, processes } = await crane.engine.containers.top(id);
      const column = titles.indexOf('PID');
      for (const line of processes) process.kill(Number(line[column]), 'SIGKILL');
      await watch(part, performance.now() + 3_000);
      await recovered(part);
    });

    it(`${part}, hung: is told, holds, and goes on`, async () => {
      const { id } = await containerOf(part);
      const since = Date.now();
      await crane.engine.containers.pause(id);
      let states: Set<string>;
      try {
        states = await watch(part, performance.now() + outageMs);
        await requireSaid(part, since);
      } finally {
        await crane.engine.containers.unpause(id);
      }
      assert.ok(states.has('degraded') || states.has('down'), `${part} was told to be ${[...states].join()}`);
      await recovered(part);
    });

    it(`${part}, answering nonsense: is told, holds, and goes on`, async () => {
      const { id, ...place } = await containerOf(part);
      const since = Date.now();
      await crane.engine.containers.stop(id, 1);
      const impostor = await impersonate(part, place);
      let states: Set<string>;
      try {
        states = await watch(part, performance.now() + outageMs);
        await requireSaid(part, since);
      } finally {
        await crane.engine.containers.remove(impostor, { force: true, volumes: true });
        await crane.engine.containers.start(id);
      }
      // A part that answers with anything may look well from outside; what it says is not believed all the same.
      assert.ok(states.size > 0);
      await recovered(part);
    });
  }

  /** Something else answers at the part's address, with status 200 and a text that says nothing. */
  async function impersonate(
    part: Part,
    { network, address }: { network: string; address: string },
  ): Promise<string> {
    const { id } = await crane.engine.containers.create({
      name: `${crane.prefix}-impostor`,
      create: {
        Image: await partImage('whoami'),
        Env: [`PORT=${parts[part]}`],
        Labels: {},
        HostConfig: { NetworkMode: network, ReadonlyRootfs: true, CapDrop: ['ALL'] },
        NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
      },
    });
    await crane.engine.containers.start(id);
    return id;
  }
});
