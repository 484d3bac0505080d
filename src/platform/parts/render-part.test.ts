import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { layOutPlatform, partUrl } from './part-settings.ts';
import { renderPart, type PartSpec } from './render-part.ts';

const layout = layOutPlatform({ prefix: 'crane', subnets: '10.213.0.0/16', internalPort: 7071 });
const router: PartSpec = {
  part: 'traefik',
  image: 'crane/traefik:1',
  user: '65534:65534',
  entrypoint: ['/usr/local/bin/traefik'],
  arguments: ['--configFile=/etc/traefik/traefik.yml'],
  mounts: [{ source: '/data/parts/traefik', target: '/etc/traefik' }],
  volume: null,
  memoryBytes: 512 * 1024 ** 2,
  publish: [{ port: 8080, hostPort: 18080, variable: 'CRANE_ROUTER_PORT' }],
  configuration: ['entryPoints: {}'],
  health: { path: '/ping' },
};
const metrics: PartSpec = {
  ...router,
  part: 'prometheus',
  image: 'crane/prometheus:1',
  volume: { name: 'crane-prometheus', target: '/prometheus' },
  publish: [],
};
const hashOf = (spec: PartSpec, installation = 'a1'): string | undefined =>
  renderPart(spec, layout, installation).create.Labels['crane.spec'];

describe('the layout of the platform', () => {
  it('gives every part a fixed address in the first /24 of the range', () => {
    assert.equal(layout.network, '0----crane-platform');
    assert.equal(layout.subnet, '10.213.0.0/24');
    assert.equal(layout.gateway, '10.213.0.1');
    assert.deepEqual(layout.addresses, {
      traefik: '10.213.0.2',
      prometheus: '10.213.0.3',
      alertmanager: '10.213.0.4',
      opa: '10.213.0.5',
    });
    assert.equal(layout.internalUrl, 'http://10.213.0.1:7071');
    assert.equal(partUrl(layout, 'opa'), 'http://10.213.0.5:8181');
  });
});

describe('the container of a part', () => {
  it('is exactly this for the router', () => {
    const { name, create } = renderPart(router, layout, 'a1');
    const { 'crane.spec': hash, ...labels } = create.Labels;
    assert.equal(name, 'crane-traefik');
    assert.match(hash ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(
      { ...create, Labels: labels },
      {
        Image: 'crane/traefik:1',
        User: '65534:65534',
        Entrypoint: ['/usr/local/bin/traefik'],
        Cmd: ['--configFile=/etc/traefik/traefik.yml'],
        Labels: { 'crane.instance': 'a1', 'crane.part': 'traefik' },
        ExposedPorts: { '8080/tcp': {} },
        HostConfig: {
          NetworkMode: '0----crane-platform',
          RestartPolicy: { Name: 'unless-stopped' },
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges:true'],
          Memory: 536_870_912,
          PidsLimit: 256,
          Tmpfs: { '/tmp': 'rw,noexec,nosuid,size=64m' },
          LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } },
          Mounts: [{ Type: 'bind', Source: '/data/parts/traefik', Target: '/etc/traefik', ReadOnly: true }],
          PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '18080' }] },
        },
        NetworkingConfig: {
          EndpointsConfig: {
            '0----crane-platform': {
              IPAMConfig: { IPv4Address: '10.213.0.2' },
              Aliases: ['traefik'],
              GwPriority: 1_000,
            },
          },
        },
      },
    );
  });

  it('publishes nothing unless it is the router, and labels its volume as ours', () => {
    const { create } = renderPart(metrics, layout, 'a1');
    assert.equal(create.ExposedPorts, undefined);
    assert.equal(create.HostConfig.PortBindings, undefined);
    assert.deepEqual(create.HostConfig.Mounts?.at(-1), {
      Type: 'volume',
      Source: 'crane-prometheus',
      Target: '/prometheus',
      VolumeOptions: { Labels: { 'crane.instance': 'a1' } },
    });
  });

  it('keeps its hash as long as nothing changes, and changes it with everything that matters', () => {
    assert.equal(hashOf(router), hashOf(structuredClone(router)));
    const changes: PartSpec[] = [
      { ...router, image: 'crane/traefik:2' },
      { ...router, user: '1000:1000' },
      { ...router, arguments: [] },
      { ...router, memoryBytes: 1 },
      { ...router, configuration: ['entryPoints: { web: {} }'] },
      { ...router, publish: [{ port: 8080, hostPort: 18081, variable: 'CRANE_ROUTER_PORT' }] },
      { ...router, mounts: [] },
    ];
    const hashes = [router, ...changes].map((spec) => hashOf(spec));
    assert.equal(new Set(hashes).size, hashes.length);
    const elsewhere = layOutPlatform({ prefix: 'crane', subnets: '10.214.0.0/16', internalPort: 7071 });
    assert.notEqual(renderPart(router, elsewhere, 'a1').create.Labels['crane.spec'], hashOf(router));
  });
});
