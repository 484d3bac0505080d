import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { isOk, partImage, until } from '../factories/test-platform.ts';
import { openTestVerbs, type TestVerbs } from '../factories/platform-verbs.ts';

const parts = ['alertmanager', 'opa', 'prometheus', 'traefik'] as const;
const upResult = z.object({
  url: z.string(),
  dataDir: z.string(),
  setupTokenPath: z.string(),
  logPath: z.string(),
  parts: z.record(z.string(), z.number()),
  images: z.record(z.string(), z.string()),
  tookMs: z.number(),
});
const downResult = z.object({
  removed: z.object({
    controlPlane: z.boolean(),
    containers: z.number(),
    networks: z.number(),
    volumes: z.number(),
    images: z.number(),
  }),
});
const doctorResult = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({ name: z.string(), state: z.string(), text: z.string(), fix: z.string().nullable() }),
  ),
});

/** Listens on a loopback port until the test ends or `close` is called. */
async function occupy(test: TestContext, port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => server.close());
  return server;
}

describe('the platform on the real engine', () => {
  let verbs: TestVerbs;
  before(async () => {
    verbs = await openTestVerbs();
  });
  after(async () => {
    await verbs?.close();
  });

  const containers = async () =>
    (await verbs.engine.containers.list({ all: true }))
      .filter(({ name }) => name.startsWith(`${verbs.prefix}-`))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const idsOf = async (): Promise<string[]> => (await containers()).map(({ name, id }) => `${name} ${id}`);
  const everything = (): string[] =>
    [
      ...parts.map((part) => `container ${verbs.prefix}-${part}`),
      `network 0----${verbs.prefix}-platform`,
      `volume ${verbs.prefix}-alertmanager`,
      `volume ${verbs.prefix}-prometheus`,
    ].sort();

  it('a router port that is taken is told with its holder before anything is made', async (test) => {
    await occupy(test, verbs.routerPort);
    const run = await verbs.run(['up']);
    assert.equal(run.code, 1);
    const { code, message, fix } = run.error();
    assert.equal(code, 'port.taken');
    assert.match(
      message,
      new RegExp(`Port ${verbs.routerPort} on 127\\.0\\.0\\.1 is taken by .*pid ${process.pid}`),
    );
    assert.match(fix ?? '', /CRANE_ROUTER_PORT=\d+/);
    assert.deepEqual(await verbs.objects(), []);
  });

  it('so is an API port', async (test) => {
    await occupy(test, verbs.apiPort);
    for (const verb of ['up', 'serve']) {
      const run = await verbs.run([verb]);
      assert.equal(run.code, 1);
      assert.match(`${run.error().code} ${run.error().fix}`, /port\.taken.*CRANE_API_PORT/);
      assert.deepEqual(await verbs.objects(), []);
    }
  });

  it('a container of another with the name of a part is left alone, and nothing is left beside it', async () => {
    const name = `${verbs.prefix}-opa`;
    const { id } = await verbs.engine.containers.create({
      name,
      create: { Image: await partImage('opa'), Labels: {}, HostConfig: { NetworkMode: 'none' } },
    });
    try {
      const run = await verbs.run(['up']);
      assert.equal(run.code, 1);
      assert.match(
        run.error().message,
        new RegExp(`A container named ${name} exists that is not of this Crane`),
      );
      assert.match(run.error().fix ?? '', /CRANE_PREFIX/);
      assert.deepEqual(await verbs.objects(), [`container ${name}`]);
    } finally {
      await verbs.engine.containers.remove(id, { force: true });
    }
  });

  it('a range that another network uses is told with a free one', async () => {
    const id = await verbs.engine.networks.create({
      name: `${verbs.prefix}x-other`,
      subnets: [{ subnet: '10.250.0.128/25' }],
    });
    try {
      const run = await verbs.run(['up'], { CRANE_SUBNETS: '10.250.0.0/16' });
      assert.equal(run.code, 1);
      assert.equal(run.error().code, 'network.exhausted');
      assert.match(run.error().message, new RegExp(`10\\.250\\.0\\.0/24 .*${verbs.prefix}x-other`));
      assert.match(run.error().fix ?? '', /CRANE_SUBNETS=10\.\d+\.0\.0\/16/);
    } finally {
      await verbs.engine.networks.remove(id);
    }
  });

  it('comes up healthy, each part on its fixed address, only the router published and only on loopback', async (test) => {
    const run = await verbs.run(['up']);
    assert.equal(run.code, 0, JSON.stringify(run.lines.at(-1)));
    const result = upResult.parse(run.result());
    test.diagnostic(`up took ${result.tookMs} ms: ${JSON.stringify(result.parts)}`);
    assert.deepEqual(Object.keys(result.parts).sort(), [...parts]);
    assert.equal(result.dataDir, verbs.data);
    assert.ok(result.tookMs < 15_000);
    assert.deepEqual(await verbs.objects(), everything());
    const [first, second] = verbs.range.split('.');
    for (const [part, host] of Object.entries({ traefik: 2, prometheus: 3, alertmanager: 4, opa: 5 })) {
      const container = (await containers()).find(({ name }) => name.endsWith(`-${part}`));
      assert.equal(
        container?.networks[`0----${verbs.prefix}-platform`]?.address,
        `${first}.${second}.0.${host}`,
      );
      const published = container.ports.filter(({ publicPort }) => publicPort !== 0);
      assert.deepEqual(
        published.map(({ address, publicPort }) => `${address}:${publicPort}`).sort(),
        part === 'traefik' ? [verbs.routerPort, verbs.tlsPort].map((port) => `127.0.0.1:${port}`).sort() : [],
      );
      assert.equal((await verbs.engine.containers.inspect(container.id)).restartCount, 0);
    }
  });

  it('tells its steps as lines of one shape, each part with the time it took', async () => {
    const run = await verbs.run(['up']);
    for (const part of parts) {
      const line = run.lines.find(
        (item) => 'step' in item && item.step === `part.${part}` && item.state === 'done',
      );
      assert.ok(line !== undefined && 'elapsedMs' in line && typeof line['elapsedMs'] === 'number', part);
    }
  });

  it('runs every part as nobody, read-only, without capabilities, capped', async () => {
    for (const { id, name } of await containers()) {
      const { pid, user } = await verbs.engine.containers.inspect(id);
      assert.notEqual(user, '');
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      assert.match(status, /^Uid:\t65534\t/m, name);
      for (const set of ['CapPrm', 'CapEff', 'CapBnd'])
        assert.match(status, new RegExp(`^${set}:\\t0+$`, 'm'), name);
      assert.match(status, /^NoNewPrivs:\t1$/m, name);
      const root = readFileSync(`/proc/${pid}/mounts`, 'utf8')
        .split('\n')
        .find((item) => item.split(' ')[1] === '/');
      assert.match(root ?? '', / ro[, ]/, name);
    }
  });

  it('keeps its files private, and readable for the parts that need them', async () => {
    assert.equal(statSync(verbs.data).mode & 0o777, 0o700);
    assert.equal(statSync(join(verbs.data, 'parts')).mode & 0o777, 0o700);
    for (const name of ['installation', 'credential'])
      assert.equal(statSync(join(verbs.data, name)).mode & 0o777, 0o600);
    const credential = readFileSync(join(verbs.data, 'credential'), 'utf8').trim();
    for (const { id } of await containers()) {
      const { environment } = z
        .object({ environment: z.array(z.string()).default([]) })
        .parse(await verbs.engine.containers.inspect(id));
      assert.ok(environment.every((item) => !item.includes(credential)));
    }
  });

  it('up again is harmless: nothing is made anew or restarted', async () => {
    const begun = await Promise.all(
      (await containers()).map(async ({ id }) => (await verbs.engine.containers.inspect(id)).startedAt),
    );
    const ids = await idsOf();
    const run = await verbs.run(['up']);
    assert.equal(run.code, 0);
    assert.deepEqual(await idsOf(), ids);
    assert.deepEqual(
      await Promise.all(
        (await containers()).map(async ({ id }) => (await verbs.engine.containers.inspect(id)).startedAt),
      ),
      begun,
    );
  });

  it('up starts what was stopped, killed or paused, and makes anew what was removed', async () => {
    const [alertmanager, opa, prometheus, traefik] = await containers();
    assert.ok(alertmanager && opa && prometheus && traefik);
    await verbs.engine.containers.kill(opa.id, 'SIGKILL');
    await verbs.engine.containers.pause(prometheus.id);
    await verbs.engine.containers.remove(traefik.id, { force: true });
    const run = await verbs.run(['up']);
    assert.equal(run.code, 0, JSON.stringify(run.lines.at(-1)));
    const now = await containers();
    assert.ok(now.every(({ state }) => state === 'running'));
    assert.deepEqual(
      now.slice(0, 3).map(({ id }) => id),
      [alertmanager.id, opa.id, prometheus.id],
    );
    assert.notEqual(now[3]?.id, traefik.id);
  });

  it('two at once end in one platform', async () => {
    assert.equal((await verbs.run(['down'])).code, 0);
    const runs = await Promise.all([verbs.run(['up']), verbs.run(['up'])]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0],
      JSON.stringify(runs.map(({ lines }) => lines.at(-1))),
    );
    assert.deepEqual(await verbs.objects(), everything());
  });

  it('another configuration makes anew only the parts it concerns', async () => {
    const before_ = await idsOf();
    const run = await verbs.run(['up'], { CRANE_SCRAPE_MS: '500' });
    assert.equal(run.code, 0);
    const changed = (await idsOf()).filter((item) => !before_.includes(item));
    assert.deepEqual(
      changed.map((item) => item.split(' ')[0]),
      [`${verbs.prefix}-prometheus`],
    );
  });

  it('another range moves the whole platform there, and back', async () => {
    for (const range of ['10.251.0.0/16', verbs.range]) {
      const run = await verbs.run(['up'], { CRANE_SUBNETS: range });
      assert.equal(run.code, 0, JSON.stringify(run.lines.at(-1)));
      const network = await verbs.engine.networks.inspect(`0----${verbs.prefix}-platform`);
      assert.deepEqual(network.subnets, [range.replace('/16', '/24')]);
      assert.deepEqual(await verbs.objects(), everything());
    }
  });

  it('the control plane runs, alone on its folder, and ends in time when told to', async () => {
    const child = verbs.serve();
    const exited = once(child, 'exit');
    await until('the API answers', () => isOk(`http://127.0.0.1:${verbs.apiPort}/healthz`), {
      timeoutMs: 30_000,
    });
    assert.equal(readFileSync(join(verbs.data, 'crane.pid'), 'utf8').trim(), String(child.pid));
    assert.equal(statSync(join(verbs.data, 'setup-token')).mode & 0o777, 0o600);
    const second = await verbs.run(['serve']);
    assert.equal(second.code, 1);
    assert.equal(second.error().code, 'lease.held');
    assert.match(second.error().fix ?? '', /crane down/);
    const began = performance.now();
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
    assert.ok(performance.now() - began < 10_000);
    assert.equal(existsSync(join(verbs.data, 'crane.pid')), false);
  });

  it('the setup token is never in what the control plane logs, and its file goes when it is redeemed', async () => {
    const child = verbs.serve();
    const exited = once(child, 'exit');
    let log = '';
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => (log += piece));
    const path = join(verbs.data, 'setup-token');
    try {
      await until('the API answers', () => isOk(`http://127.0.0.1:${verbs.apiPort}/healthz`), {
        timeoutMs: 30_000,
      });
      const setupToken = readFileSync(path, 'utf8').trim();
      const response = await fetch(`http://127.0.0.1:${verbs.apiPort}/api/v1/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ setupToken, name: 'ann' }),
      });
      assert.equal(response.status, 201, await response.text());
      assert.equal(existsSync(path), false);
      assert.ok(log.length > 0 && !log.includes(setupToken));
    } finally {
      child.kill('SIGTERM');
      await exited;
    }
  });

  it('the doctor finds nothing wrong with it, and says what is when the engine is away', async () => {
    const well = await verbs.run(['doctor']);
    const found = doctorResult.parse(well.result());
    assert.deepEqual(
      found.checks.filter(({ state }) => state === 'failed'),
      [],
    );
    assert.equal(well.code, 0);
    for (const part of parts) assert.equal(found.checks.find(({ name }) => name === part)?.state, 'ok', part);
    const ill = await verbs.run(['doctor'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    assert.equal(ill.code, 6);
    assert.equal(doctorResult.parse(ill.result()).checks[0]?.state, 'failed');
  });

  /** The platform's own network, and the one that is made ahead of the next app. */
  async function hasNetworkAhead(): Promise<void> {
    await until(
      'a network is made ahead',
      async () =>
        (await verbs.objects()).filter((item) => item.startsWith('network')).length === 2 ? true : null,
      { timeoutMs: 30_000 },
    );
  }

  it('down after kill -9 takes containers and network away and keeps data and volumes', async () => {
    const child = verbs.serve();
    const exited = once(child, 'exit');
    await until('the API answers', () => isOk(`http://127.0.0.1:${verbs.apiPort}/healthz`), {
      timeoutMs: 30_000,
    });
    await hasNetworkAhead();
    child.kill('SIGKILL');
    await exited;
    const installation = readFileSync(join(verbs.data, 'installation'), 'utf8');
    const run = await verbs.run(['down']);
    assert.equal(run.code, 0);
    const { removed } = downResult.parse(run.result());
    assert.deepEqual(removed, { controlPlane: false, containers: 4, networks: 2, volumes: 0, images: 0 });
    assert.deepEqual(
      await verbs.objects(),
      everything().filter((item) => item.startsWith('volume')),
    );
    assert.equal(readFileSync(join(verbs.data, 'installation'), 'utf8'), installation);
    assert.deepEqual((await verbs.run(['down'])).code, 0, 'again is harmless');
  });

  it('down stops a running control plane; --purge leaves nothing but what is not Crane’s', async () => {
    assert.equal((await verbs.run(['up'])).code, 0);
    const child = verbs.serve();
    const exited = once(child, 'exit');
    await until('the API answers', () => isOk(`http://127.0.0.1:${verbs.apiPort}/healthz`), {
      timeoutMs: 30_000,
    });
    writeFileSync(join(verbs.data, 'notes.txt'), 'mine');
    mkdirSync(join(verbs.data, 'photos'));
    await hasNetworkAhead();
    const run = await verbs.run(['down', '--purge', '--keep-images']);
    assert.equal(run.code, 0);
    assert.deepEqual(await exited, [0, null]);
    const { removed } = downResult.parse(run.result());
    assert.deepEqual(removed, { controlPlane: true, containers: 4, networks: 2, volumes: 2, images: 0 });
    assert.deepEqual(await verbs.objects(), []);
    assert.deepEqual(readdirSync(verbs.data).sort(), ['notes.txt', 'photos']);
    assert.ok((await verbs.engine.images.find(await partImage('opa'))) !== null);
  });

  it('refuses a verb or an option it does not know, and a wrong setting, with exit code 2', async () => {
    for (const [args, extra, words] of [
      [['upp'], {}, /no verb "upp"/],
      [['down', '--purge', '--keep-image'], {}, /no option "--keep-image"/],
      [['up'], { CRANE_API_PORT: 'http' }, /CRANE_API_PORT.*saw "http"/],
    ] as const) {
      const run = await verbs.run(args, extra);
      assert.equal(run.code, 2);
      assert.match(run.error().message, words);
    }
  });
});
