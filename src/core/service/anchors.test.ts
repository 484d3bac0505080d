import assert from 'node:assert/strict';
import { it } from 'node:test';
import { anchorServices, renderVolumesFrom, withAnchors } from './anchors.ts';
import type { InstanceSpec } from './engine-create.ts';

const spec = (HostConfig: InstanceSpec['create']['HostConfig']): InstanceSpec => ({
  name: 'n',
  create: { Image: 'x', Labels: { a: 'b' }, HostConfig },
  moreNetworks: {},
  specHash: 'h',
});

it('knows the services that one shares something with, each once', () => {
  const service = {
    network_mode: 'service:db',
    pid: 'service:db',
    ipc: 'host',
    volumes_from: ['files:ro', 'container:old', 'db'],
  };
  assert.deepEqual(anchorServices(service), ['db', 'files']);
  assert.deepEqual(renderVolumesFrom(service), ['service:files:ro', 'old', 'service:db']);
});

it('puts the ids of instances in the place of their services, and names them in a label', () => {
  const rendered = spec({
    NetworkMode: 'service:db',
    PidMode: 'host',
    VolumesFrom: ['service:files:ro', 'old', 'service:db'],
  });
  const { create } = withAnchors(rendered, (service) => `id-${service}`);
  assert.deepEqual(create.HostConfig, {
    NetworkMode: 'container:id-db',
    PidMode: 'host',
    VolumesFrom: ['id-files:ro', 'old', 'id-db'],
  });
  assert.deepEqual(create.Labels, { a: 'b', 'crane.shares': 'id-db,id-files' });
});

it('leaves alone what shares nothing with an instance', () => {
  const rendered = spec({ NetworkMode: 'container:other', VolumesFrom: ['old'] });
  assert.equal(
    withAnchors(rendered, () => 'id'),
    rendered,
  );
});
