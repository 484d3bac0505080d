import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { servePart, unusedUrl, type ServedRequest } from '../../test/factories/part-server.ts';
import type { Clock } from '../core/port/clock.ts';
import type { PartName, Parts, PartStatus } from '../core/port/parts.ts';
import { createEngineClient } from '../runtime/docker/client/engine-client.ts';
import { createParts } from './observe-parts.ts';
import { layOutPlatform, type PartContainer } from './parts/part-settings.ts';

/** What each part's small server is told to answer; changed by the tests between two looks. */
type World = {
  isEngineUp: boolean;
  hasScanner: boolean;
  containers: { name: string; state: string; createdAt: number }[];
  status: Record<PartContainer, number>;
  now: number;
  asked: string[];
};

const names = ['traefik', 'prometheus', 'alertmanager', 'opa'] as const;
const versions: Record<string, unknown> = {
  '/api/version': { Version: '3.7.13' },
  '/api/v1/status/buildinfo': { status: 'success', data: { version: '3.16.0' } },
  '/api/v2/status': { versionInfo: { version: '0.34.2' } },
};
const image = (version: string) => ({ tag: `crane/x:${version}`, version });

async function createWorld(test: TestContext): Promise<{ world: World; parts: Parts }> {
  const world: World = {
    isEngineUp: true,
    hasScanner: true,
    containers: names.map((part) => ({ name: `crane-${part}`, state: 'running', createdAt: 0 })),
    status: { traefik: 200, prometheus: 200, alertmanager: 200, opa: 200 },
    now: 1_000_000,
    asked: [],
  };
  const urls = await Promise.all(
    names.map((part) =>
      servePart(test, ({ path }, response) => {
        world.asked.push(`${part} ${path}`);
        const body = versions[path];
        response.statusCode = world.status[part];
        response.end(body === undefined ? '' : JSON.stringify(body));
      }),
    ),
  );
  const engineUrl = new URL(
    await servePart(test, (request, response) => {
      if (!world.isEngineUp) {
        response.destroy();
        return;
      }
      const { status, body } = answerAsEngine(world, request);
      response.setHeader('Api-Version', '1.41');
      response.setHeader('Content-Type', 'application/json');
      response.statusCode = status;
      response.end(JSON.stringify(body));
    }),
  );
  const client = createEngineClient({
    endpoint: { kind: 'tcp', host: engineUrl.hostname, port: Number(engineUrl.port), tls: null },
  });
  test.after(() => client.close());
  const clock: Clock = {
    now: () => world.now,
    monotonic: () => world.now,
    wait: () => Promise.resolve(),
  };
  const layout = layOutPlatform({ prefix: 'crane', subnets: '10.213.0.0/16', internalPort: 7071 });
  const ports = Object.fromEntries(
    names.map((part, index) => [part, Number(new URL(urls[index] ?? '').port)]),
  );
  const parts = createParts({
    client,
    layout: {
      ...layout,
      addresses: {
        traefik: '127.0.0.1',
        prometheus: '127.0.0.1',
        alertmanager: '127.0.0.1',
        opa: '127.0.0.1',
      },
      ports: { traefik: 0, prometheus: 0, alertmanager: 0, opa: 0, ...ports },
    },
    images: {
      traefik: image('1'),
      prometheus: image('1'),
      alertmanager: image('1'),
      opa: image('1.22.2'),
      trivy: image('0.74.0'),
    },
    routerPort: 8080,
    clock,
  });
  return { world, parts };
}

function answerAsEngine(world: World, { path }: ServedRequest): { status: number; body: unknown } {
  if (path.endsWith('/version')) return { status: 200, body: { Version: '20.10.24', ApiVersion: '1.41' } };
  if (path.endsWith('/containers/json')) {
    const body = world.containers.map(({ name, state, createdAt }) => ({
      Id: name,
      Names: [`/${name}`],
      State: state,
      Created: createdAt / 1000,
    }));
    return { status: 200, body };
  }
  if (path.includes('/images/'))
    return world.hasScanner
      ? { status: 200, body: { Id: 'sha256:1' } }
      : { status: 404, body: { message: 'no' } };
  return { status: 200, body: 'OK' };
}

async function look(parts: Parts, world: World): Promise<Record<PartName, PartStatus>> {
  world.now += 5_000;
  const found = new Map((await parts.observe()).map((part) => [part.name, part]));
  const of = (name: PartName): PartStatus => found.get(name) ?? assert.fail(`no ${name}`);
  return {
    docker: of('docker'),
    traefik: of('traefik'),
    prometheus: of('prometheus'),
    alertmanager: of('alertmanager'),
    opa: of('opa'),
    trivy: of('trivy'),
  };
}

describe('the state of the parts', () => {
  it('is ok with the version each part tells itself', async (test) => {
    const { parts, world } = await createWorld(test);
    const seen = await look(parts, world);
    assert.deepEqual(
      Object.values(seen).map(({ name, state, version, reason, consequence }) => [
        name,
        state,
        version,
        reason,
        consequence,
      ]),
      [
        ['docker', 'ok', '20.10.24', null, null],
        ['traefik', 'ok', '3.7.13', null, null],
        ['prometheus', 'ok', '3.16.0', null, null],
        ['alertmanager', 'ok', '0.34.2', null, null],
        ['opa', 'ok', '1.22.2', null, null],
        ['trivy', 'ok', '0.74.0', null, null],
      ],
    );
    assert.equal(seen.traefik.url, 'http://127.0.0.1:8080');
    assert.equal(seen.docker.url, null);
  });

  it('tells what is wrong and what Crane does about it', async (test) => {
    const { parts, world } = await createWorld(test);
    world.status.prometheus = 503;
    world.containers = world.containers
      .filter(({ name }) => name !== 'crane-opa')
      .map((item) => (item.name === 'crane-traefik' ? { ...item, state: 'exited' } : item));
    world.hasScanner = false;
    const seen = await look(parts, world);
    assert.deepEqual(
      [seen.prometheus.state, seen.prometheus.reason],
      ['degraded', 'its health check answers 503'],
    );
    assert.match(seen.prometheus.consequence ?? '', /autoscaling holds every app at its present size/);
    assert.deepEqual([seen.traefik.state, seen.traefik.reason], ['down', 'its container is exited']);
    assert.deepEqual([seen.opa.state, seen.opa.reason], ['down', 'its container does not exist']);
    assert.equal(seen.trivy.state, 'down');
    assert.equal(seen.alertmanager.state, 'ok');
    // Whoever else has the address of a part that does not run would tell of itself.
    assert.ok(!world.asked.some((item) => item.startsWith('opa') || item.startsWith('traefik')));
  });

  it('is starting while the container is young', async (test) => {
    const { parts, world } = await createWorld(test);
    world.status.opa = 500;
    world.containers = world.containers.map((item) => ({ ...item, createdAt: world.now }));
    assert.equal((await look(parts, world)).opa.state, 'starting');
    world.now += 20_000;
    assert.equal((await look(parts, world)).opa.state, 'degraded');
  });

  it('with the engine away is still that of the parts, and unknown for the scanner', async (test) => {
    const { parts, world } = await createWorld(test);
    world.isEngineUp = false;
    const seen = await look(parts, world);
    assert.equal(seen.docker.state, 'down');
    assert.match(seen.docker.consequence ?? '', /done when the engine is back/);
    assert.equal(seen.trivy.state, 'unknown');
    for (const name of names) assert.equal(seen[name].state, 'ok');
  });

  it('keeps since when it is so', async (test) => {
    const { parts, world } = await createWorld(test);
    const first = await look(parts, world);
    const later = await look(parts, world);
    assert.equal(later.opa.since, first.opa.since);
    assert.ok(later.opa.checkedAt > first.opa.checkedAt);
    world.status.opa = 500;
    const broken = await look(parts, world);
    assert.equal(broken.opa.since, world.now);
    assert.equal(broken.traefik.since, first.traefik.since);
  });

  it('is looked at once for all who ask at the same time; one who gives up stops only itself', async (test) => {
    const { parts, world } = await createWorld(test);
    const giveUp = new AbortController();
    const first = parts.observe(giveUp.signal);
    const second = parts.observe();
    giveUp.abort();
    await assert.rejects(first, { name: 'AbortError' });
    assert.equal((await second).length, 6);
    assert.equal(world.asked.filter((item) => item === 'opa /health').length, 1);
  });

  it('is down for a part that cannot be reached', async (test) => {
    const { parts, world } = await createWorld(test);
    const nowhere = createEngineClient({
      endpoint: { kind: 'tcp', host: '127.0.0.1', port: Number(new URL(await unusedUrl()).port), tls: null },
    });
    test.after(() => nowhere.close());
    const away = createParts({
      client: nowhere,
      layout: layOutPlatform({ prefix: 'crane', subnets: '127.9.0.0/16', internalPort: 7071 }),
      images: {
        traefik: image('1'),
        prometheus: image('1'),
        alertmanager: image('1'),
        opa: image('1'),
        trivy: image('1'),
      },
      routerPort: 8080,
      clock: { now: () => world.now, monotonic: () => 0, wait: () => Promise.resolve() },
    });
    for (const part of await away.observe())
      assert.equal(part.state, part.name === 'trivy' ? 'unknown' : 'down', part.name);
    assert.equal((await parts.observe()).length, 6);
  });
});
