import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { unusedUrl } from '../../test/factories/part-server.ts';
import { tempFolder } from '../../test/factories/temp-store.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { createEngineClient } from '../runtime/docker/client/engine-client.ts';
import { decidePortUse, refusePort, requireFreePorts } from './port-use.ts';

const router = { port: 8080, what: 'router', variable: 'CRANE_ROUTER_PORT' } as const;
const api = { port: 7070, what: 'API', variable: 'CRANE_API_PORT' } as const;
const publisher = (instance: string, part: string, address = '127.0.0.1') => ({
  name: 'crane-traefik',
  labels: { 'crane.instance': instance, 'crane.part': part },
  ports: [{ address, publicPort: 8080, port: 8080, protocol: 'tcp' }],
});
const facts = {
  wanted: router,
  attempt: 'taken',
  published: [publisher('a1', 'traefik')],
  hasControl: false,
  installation: 'a1',
  holder: 'docker-proxy (pid 5)',
} as const;

describe('who has a port', () => {
  it('is we, when our router publishes it or our control plane runs', () => {
    assert.deepEqual(decidePortUse(facts), { kind: 'ours' });
    assert.deepEqual(decidePortUse({ ...facts, wanted: api, published: [], hasControl: true }), {
      kind: 'ours',
    });
  });

  it('is the router of another installation, by the name of its container', () => {
    for (const installation of ['b2', null])
      assert.deepEqual(decidePortUse({ ...facts, installation }), {
        kind: 'taken',
        holder: 'container crane-traefik',
      });
    assert.equal(decidePortUse({ ...facts, published: [publisher('a1', 'opa')] }).kind, 'taken');
  });

  it('is a process, when no container publishes it on loopback', () => {
    const elsewhere = [publisher('a1', 'traefik', '192.168.1.20')];
    assert.deepEqual(decidePortUse({ ...facts, published: elsewhere }), {
      kind: 'taken',
      holder: 'docker-proxy (pid 5)',
    });
    // All addresses include loopback.
    assert.equal(
      decidePortUse({ ...facts, published: [publisher('a1', 'traefik', '0.0.0.0')] }).kind,
      'ours',
    );
  });

  it('is nobody for a low port that the engine can publish as root; the API listens by itself', () => {
    const low = { ...facts, attempt: 'forbidden', published: [] } as const;
    assert.deepEqual(decidePortUse(low), { kind: 'free' });
    const forbidden = decidePortUse({ ...low, wanted: api });
    assert.deepEqual(forbidden, { kind: 'forbidden' });
    assert.match(refusePort({ ...api, port: 443 }, forbidden)?.facts.fix ?? '', /CRANE_API_PORT=7443/);
  });
});

describe('requireFreePorts', () => {
  it('names the port, who has it, and the variable, with the engine away too', async (test) => {
    const server = createServer().listen(0, '127.0.0.1');
    test.after(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const { port } = address;
    const client = createEngineClient({ endpoint: { kind: 'socket', path: '/nowhere/docker.sock' } });
    test.after(() => client.close());
    const [free, other] = [await unusedUrl(), await unusedUrl()].map((url) => Number(new URL(url).port));
    assert.ok(free !== undefined && other !== undefined);
    const request = {
      client,
      dataFolder: tempFolder(test),
      installation: null,
      apiPort: port,
      routerPort: free,
      tlsPort: other,
    };
    await assert.rejects(
      requireFreePorts(request),
      (error) =>
        error instanceof CraneError &&
        error.code === 'port.taken' &&
        error.message.includes(`Port ${port} on 127.0.0.1 is taken`) &&
        (process.platform !== 'linux' || error.message.includes(`(pid ${process.pid})`)) &&
        error.facts.fix?.includes('CRANE_API_PORT=') === true,
    );
    server.close();
    await once(server, 'close');
    await requireFreePorts(request);
  });
});
