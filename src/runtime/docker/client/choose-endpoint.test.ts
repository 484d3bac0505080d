import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseEndpoint, describeAddress, type EndpointFacts } from './choose-endpoint.ts';

const facts: EndpointFacts = {
  currentContext: null,
  contexts: [
    { name: 'desktop', host: 'unix:///home/ann/.docker/run/docker.sock', isVerified: true, tlsFolder: null },
    { name: 'far', host: 'tcp://far.example.org:2376', isVerified: false, tlsFolder: '/tls/far/docker' },
    { name: 'by-ssh', host: 'ssh://ann:secret@far.example.org', isVerified: true, tlsFolder: null },
  ],
  configFolder: '/home/ann/.docker',
  isWindows: false,
};
const choose = (changes: Partial<EndpointFacts>): unknown => chooseEndpoint({ ...facts, ...changes }).address;

describe('the endpoint', () => {
  it('is the default socket, or the named pipe on Windows', () => {
    assert.deepEqual(choose({}), { kind: 'socket', path: '/var/run/docker.sock' });
    assert.deepEqual(choose({ isWindows: true }), { kind: 'socket', path: '//./pipe/docker_engine' });
  });

  it('is DOCKER_HOST before any context', () => {
    const dockerHost = 'unix:///run/user/1000/docker.sock';
    const socket = { kind: 'socket', path: '/run/user/1000/docker.sock' };
    assert.deepEqual(choose({ dockerHost, dockerContext: 'far', currentContext: 'desktop' }), socket);
  });

  it('is DOCKER_CONTEXT before the current context', () => {
    assert.deepEqual(choose({ dockerContext: 'far', currentContext: 'desktop' }), {
      kind: 'tcp',
      host: 'far.example.org',
      port: 2376,
      tls: { folder: '/tls/far/docker', isVerified: false, serverName: 'far.example.org' },
    });
    assert.deepEqual(choose({ dockerContext: '', currentContext: 'desktop' }), {
      kind: 'socket',
      path: '/home/ann/.docker/run/docker.sock',
    });
    assert.deepEqual(choose({ dockerContext: 'default', currentContext: 'desktop' }), choose({}));
  });

  for (const [dockerHost, address] of [
    ['tcp://10.0.0.1', { kind: 'tcp', host: '10.0.0.1', port: 2375, tls: null }],
    ['tcp://[::1]:4243', { kind: 'tcp', host: '::1', port: 4243, tls: null }],
    ['far:2375', { kind: 'tcp', host: 'far', port: 2375, tls: null }],
    ['npipe:////./pipe/other', { kind: 'socket', path: '//./pipe/other' }],
    [
      'https://far',
      { kind: 'tcp', host: 'far', port: 2376, tls: { folder: '', isVerified: true, serverName: 'far' } },
    ],
  ] as const)
    it(`reads ${dockerHost}`, () => assert.deepEqual(choose({ dockerHost }), address));

  it('uses TLS as the environment says', () => {
    const dockerHost = 'tcp://far:2376';
    const tlsOf = (changes: Partial<EndpointFacts>): unknown => {
      const address = choose({ dockerHost, ...changes });
      return address !== null && typeof address === 'object' && 'tls' in address ? address.tls : undefined;
    };
    assert.deepEqual(tlsOf({ dockerTlsVerify: '1' }), {
      folder: '/home/ann/.docker',
      isVerified: true,
      serverName: 'far',
    });
    assert.deepEqual(tlsOf({ dockerTlsVerify: '1', dockerCertPath: '/certs' }), {
      folder: '/certs',
      isVerified: true,
      serverName: 'far',
    });
    assert.deepEqual(tlsOf({ dockerTlsVerify: '', dockerCertPath: '/certs' }), {
      folder: '/certs',
      isVerified: false,
      serverName: 'far',
    });
  });

  for (const [changes, message] of [
    [{ dockerContext: 'gone' }, /context "gone" does not exist/],
    [{ dockerContext: 'by-ssh' }, /over ssh \("ssh:\/\/far\.example\.org"\)/],
    [{ dockerHost: 'tcp://far:99999' }, /port must be 1-65535/],
    [{ dockerHost: 'tcp://far:1/path' }, /host:port/],
    [{ dockerHost: 'unix://relative.sock' }, /must be absolute/],
    [{ dockerHost: 'gopher://far' }, /scheme "gopher"/],
  ] as const)
    it(`refuses ${Object.values(changes).join()} and never shows a password`, () => {
      assert.throws(() => choose(changes), { code: 'input.invalid', message });
      assert.throws(
        () => choose(changes),
        (error: Error) => !error.message.includes('secret'),
      );
    });

  it('is told in messages as people write it', () => {
    assert.equal(describeAddress({ kind: 'socket', path: '/run/d.sock' }), 'unix:///run/d.sock');
    assert.equal(describeAddress({ kind: 'socket', path: '//./pipe/d' }), 'npipe:////./pipe/d');
    assert.equal(describeAddress({ kind: 'tcp', host: 'far', port: 1 }), 'tcp://far:1');
  });
});
