import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  dockerConfigSchema,
  helperFor,
  parseHelperReply,
  renderRegistryAuth,
  storedAuthFor,
  type DockerConfig,
} from './registry-auth.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');
const parse = (config: unknown): DockerConfig => dockerConfigSchema.parse(config);

describe('credentials in the Docker configuration', () => {
  const config = parse({
    auths: {
      'https://index.docker.io/v1/': { auth: encode('ann:pass:word') },
      'registry.example.org': { username: 'bob', password: 'b' },
      'https://token.example.org/v2/': { auth: encode('ann:'), identitytoken: 'TOKEN' },
      'empty.example.org': {},
    },
    HttpHeaders: { 'User-Agent': 'x' },
  });

  it('are found for Docker Hub under its first address', () => {
    assert.deepEqual(storedAuthFor(config, 'docker.io'), {
      username: 'ann',
      password: 'pass:word',
      serveraddress: 'https://index.docker.io/v1/',
    });
  });

  it('are found by host, as an address too, and as a token', () => {
    assert.deepEqual(storedAuthFor(config, 'registry.example.org'), {
      username: 'bob',
      password: 'b',
      serveraddress: 'registry.example.org',
    });
    assert.deepEqual(storedAuthFor(config, 'token.example.org'), {
      identitytoken: 'TOKEN',
      serveraddress: 'token.example.org',
    });
  });

  it('are none for an empty entry or an unknown registry', () => {
    assert.equal(storedAuthFor(config, 'empty.example.org'), null);
    assert.equal(storedAuthFor(config, 'unknown.example.org'), null);
  });

  it('are none in an empty configuration', () => {
    assert.deepEqual(
      parse({}),
      parse({ auths: null, credsStore: '', credHelpers: null, currentContext: null }),
    );
  });
});

describe('credential helpers', () => {
  const config = parse({ credsStore: 'desktop', credHelpers: { 'ecr.example.org': 'ecr-login' } });

  it('are chosen by registry, else the general store', () => {
    assert.equal(helperFor(config, 'ecr.example.org'), 'ecr-login');
    assert.equal(helperFor(config, 'docker.io'), 'desktop');
    assert.equal(helperFor(parse({}), 'docker.io'), null);
  });

  it('give a password or an identity token', () => {
    const reply = (Username: string): string => JSON.stringify({ ServerURL: 'x', Username, Secret: 's' });
    assert.deepEqual(parseHelperReply(reply('ann'), 'r.org'), {
      username: 'ann',
      password: 's',
      serveraddress: 'r.org',
    });
    assert.deepEqual(parseHelperReply(reply('<token>'), 'r.org'), {
      identitytoken: 's',
      serveraddress: 'r.org',
    });
  });

  it('that print something else give nothing', () => {
    for (const output of [
      '',
      'credentials not found in native keychain',
      '{}',
      '[]',
      '{"Username":"","Secret":"s"}',
    ])
      assert.equal(parseHelperReply(output, 'r.org'), null);
  });
});

describe('the header X-Registry-Auth', () => {
  it('is JSON in base64 that is safe in addresses', () => {
    const auth = { username: 'ann', password: '???>>>~~~ÿ', serveraddress: 'r.org' };
    const header = renderRegistryAuth(auth);
    assert.match(header, /^[A-Za-z0-9_=-]+$/);
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), auth);
  });

  it('is an empty object without credentials', () => {
    assert.equal(Buffer.from(renderRegistryAuth(null), 'base64url').toString(), '{}');
  });
});
