import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCompose } from '../compose/load-compose.ts';
import type { InstanceSpec } from './engine-create.ts';
import { renderInstance, specHashOf, type InstanceRequest } from './render-instance.ts';

function requestFor(text: string, service = 'web'): InstanceRequest {
  const loaded = loadCompose({
    files: [{ path: 'compose.yaml', text }],
    readFile: () => undefined,
    environment: {},
    profiles: [],
    projectName: 'shop-1',
    projectDirectory: '/home/ada/shop',
  });
  assert.ok(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.problems));
  const spec = loaded.project.services[service];
  assert.ok(spec !== undefined);
  return {
    prefix: 'crane',
    app: 'shop-1',
    project: loaded.project,
    service,
    spec,
    imageId: 'sha256:a',
    imageRef: 'web:1',
    release: 3,
  };
}

const render = (text: string, slot = 1): InstanceSpec => renderInstance({ ...requestFor(text), slot });
const web = (text: string): string => `services:\n  web:\n    image: web:1\n    ${text}\n`;

describe('an instance', () => {
  it('mounts in the old form where it says all, else in the new one', () => {
    const { HostConfig } = render(
      `${web('volumes: ["./src:/src:ro,z", "data:/data", { type: volume, source: data, target: /sub, volume: { subpath: a } }, { type: bind, source: ./b, target: /b, bind: { create_host_path: false } }, /anonymous]')}volumes: { data: }`,
    ).create;
    assert.deepEqual(HostConfig.Binds, ['/home/ada/shop/src:/src:ro,z', 'crane-shop-1_data:/data:rw']);
    assert.deepEqual(HostConfig.Mounts, [
      { Type: 'volume', Source: 'crane-shop-1_data', Target: '/sub', VolumeOptions: { Subpath: 'a' } },
      { Type: 'bind', Source: '/home/ada/shop/b', Target: '/b', BindOptions: {} },
      { Type: 'volume', Target: '/anonymous', VolumeOptions: {} },
    ]);
  });

  it('gets its secrets and configs as read-only files', () => {
    const { HostConfig } = render(
      `${web('secrets: [key]\n    configs: [{ source: conf, target: etc/c }]')}secrets: { key: { file: ./key } }\nconfigs: { conf: { file: /c } }`,
    ).create;
    assert.deepEqual(
      HostConfig.Mounts?.map(({ Source, Target, ReadOnly }) => [Source, Target, ReadOnly]),
      [
        ['/c', '/etc/c', true],
        ['/home/ada/shop/key', '/run/secrets/key', true],
      ],
    );
  });

  it('joins the network of the highest priority first, under all its names', () => {
    const text = `${web('container_name: old\n    networks: { b: , a: , c: { priority: 5, aliases: [x] } }')}  job: { image: y, networks: [a], links: ["web:shop"] }\nnetworks: { a: , b: , c: }`;
    const { create, moreNetworks } = render(text);
    assert.deepEqual(create.NetworkingConfig?.EndpointsConfig, {
      'crane-shop-1_c': { Aliases: ['web', 'x', 'old', 'shop'] },
    });
    assert.deepEqual(Object.keys(moreNetworks), ['crane-shop-1_a', 'crane-shop-1_b']);
  });

  it('has a static address only in its first slot', () => {
    const text = `${web('networks: { a: { ipv4_address: 10.9.0.5 } }')}networks: { a: }`;
    const address = (slot: number): unknown =>
      render(text, slot).create.NetworkingConfig?.EndpointsConfig['crane-shop-1_a']?.IPAMConfig;
    assert.deepEqual(address(1), { IPv4Address: '10.9.0.5' });
    assert.equal(address(2), undefined);
  });

  it('publishes on loopback unless the file names an address, and exposes ranges', () => {
    const { create } = render(
      web('ports: ["8080:80", "0.0.0.0:53:53/udp", 90]\n    expose: ["7000-7001", "9/udp"]'),
    );
    assert.deepEqual(create.HostConfig.PortBindings, {
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
      '53/udp': [{ HostIp: '0.0.0.0', HostPort: '53' }],
    });
    assert.deepEqual(Object.keys(create.ExposedPorts ?? {}).sort(), [
      '53/udp',
      '7000/tcp',
      '7001/tcp',
      '80/tcp',
      '9/udp',
      '90/tcp',
    ]);
  });

  it('knows hosts, devices and shares in the words of the engine', () => {
    const { HostConfig, Env } = render(
      web(
        'extra_hosts: { a: "::1" }\n    cpus: 0.1\n    devices: [/dev/a, vendor.com/class=x]\n    gpus: all\n    environment: { B: 1, A: }',
      ),
    ).create;
    assert.deepEqual(HostConfig.ExtraHosts, ['a:::1']);
    assert.equal(HostConfig.NanoCpus, 100_000_000);
    assert.deepEqual(HostConfig.Devices, [
      { PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'rwm' },
    ]);
    assert.deepEqual(HostConfig.DeviceRequests, [
      { Driver: 'cdi', DeviceIDs: ['vendor.com/class=x'] },
      { Count: -1, Capabilities: [['gpu']] },
    ]);
    assert.deepEqual(Env, ['A', 'B=1']);
  });

  it('has a hash that the release and the slot do not change, and any setting does', () => {
    const request = requestFor(web('user: "1"'));
    assert.equal(specHashOf(request), specHashOf({ ...request, release: 9 }));
    assert.notEqual(specHashOf(request), specHashOf(requestFor(web('user: "2"'))));
    assert.equal(
      render(web('user: "1"')).create.Labels['com.docker.compose.config-hash'],
      specHashOf(request),
    );
  });
});
