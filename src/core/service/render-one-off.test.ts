import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComposeProject } from '../compose/compose-project.ts';
import { renderOneOff, type OneOff } from './render-one-off.ts';

const spec = {
  image: 'app:1',
  command: ['serve'],
  restart: 'always',
  environment: { A: '1', B: '2' },
  ports: [{ target: 80, published: '8080' }],
  volumes: [{ type: 'volume' as const, source: 'data', target: '/data' }],
  networks: { default: { aliases: ['shop'], ipv4_address: '10.0.0.9' }, back: null },
  healthcheck: { test: ['CMD', 'true'] },
} satisfies ComposeProject['services'][string];
const project: ComposeProject = {
  name: 'shop',
  services: { web: spec },
  networks: { default: {}, back: {} },
  volumes: { data: {} },
};
const render = (change: Partial<OneOff> = {}) =>
  renderOneOff(
    {
      prefix: 'crane',
      app: 'shop-1',
      project,
      service: 'web',
      spec,
      imageId: 'sha256:aa',
      imageRef: 'app:1',
      release: 3,
    },
    {
      id: 'abc',
      command: [],
      environment: {},
      user: null,
      workingDir: null,
      hasTty: false,
      hasInput: false,
      ...change,
    },
  );

describe('the instance of a one-off', () => {
  it('has the image, networks and volumes of its service, and answers to none of its names', () => {
    const { name, create, moreNetworks } = render();
    assert.equal(name, 'crane-shop-1-web-run-abc');
    assert.deepEqual([create.Image, create.Cmd], ['sha256:aa', ['serve']]);
    assert.match(JSON.stringify(create.HostConfig), /crane-shop-1_data/);
    const endpoints = { ...create.NetworkingConfig?.EndpointsConfig, ...moreNetworks };
    assert.deepEqual(Object.keys(endpoints).sort(), ['crane-shop-1_back', 'crane-shop-1_default']);
    assert.deepEqual(Object.values(endpoints), [{}, {}]);
  });

  it('counts as no replica, publishes nothing and is not started again', () => {
    const { create, specHash } = render();
    assert.equal(create.Labels['crane.slot'], undefined);
    assert.deepEqual(
      [create.Labels['crane.run'], create.Labels['com.docker.compose.oneoff'], create.Labels['crane.spec']],
      ['abc', 'True', specHash],
    );
    assert.equal(Object.keys(create.HostConfig.PortBindings ?? {}).length, 0);
    assert.deepEqual(create.HostConfig.RestartPolicy, { Name: 'no' });
    assert.deepEqual(create.Healthcheck?.Test, ['NONE']);
  });

  it('takes a command, variables, a user, a folder and a terminal of its own', () => {
    const { create } = render({
      command: ['sh', '-c', 'x'],
      environment: { B: '3', C: '4' },
      user: '5',
      workingDir: '/w',
      hasTty: true,
      hasInput: true,
    });
    assert.deepEqual(create.Cmd, ['sh', '-c', 'x']);
    assert.deepEqual(create.Env, ['A=1', 'B=3', 'C=4']);
    assert.deepEqual([create.User, create.WorkingDir, create.Tty, create.OpenStdin], ['5', '/w', true, true]);
  });
});
