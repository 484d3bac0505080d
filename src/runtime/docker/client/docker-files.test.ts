import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readDockerConfig, readDockerContexts, readTlsMaterial } from './docker-files.ts';
import { dockerConfigSchema } from './registry-auth.ts';
import { createRegistryCredentials } from './registry-credentials.ts';

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

describe('the user’s Docker folder', () => {
  it('may be absent', async () => {
    assert.deepEqual((await readDockerConfig('/nonexistent/.docker')).auths, {});
    assert.deepEqual(await readDockerContexts('/nonexistent/.docker'), []);
  });

  it('with a broken configuration is refused without showing what is in it', async (t) => {
    const folder = await makeFolder(t);
    await writeFile(join(folder, 'config.json'), '{"auths": {"r.org": {"auth": "c2VjcmV0"}}');
    await assert.rejects(readDockerConfig(folder), (error: Error) => {
      assert.match(error.message, /is not a Docker configuration/);
      return !JSON.stringify([error.message, String(error.cause)]).includes('c2VjcmV0');
    });
  });

  it('tells the contexts, and leaves out a broken one', async (t) => {
    const folder = await makeFolder(t);
    const contexts = join(folder, 'contexts/meta');
    const tls = join(folder, 'contexts/tls', createHash('sha256').update('far').digest('hex'), 'docker');
    for (const each of ['a', 'b', 'c']) await mkdir(join(contexts, each), { recursive: true });
    await mkdir(tls, { recursive: true });
    await writeFile(join(tls, 'ca.pem'), 'CA');
    const meta = (Name: string, docker: unknown): string => JSON.stringify({ Name, Endpoints: { docker } });
    await writeFile(join(contexts, 'a/meta.json'), meta('near', { Host: 'unix:///d.sock' }));
    await writeFile(join(contexts, 'b/meta.json'), meta('far', { Host: 'tcp://far:1', SkipTLSVerify: true }));
    await writeFile(join(contexts, 'c/meta.json'), '{');
    assert.deepEqual(await readDockerContexts(folder), [
      { name: 'near', host: 'unix:///d.sock', isVerified: true, tlsFolder: null },
      { name: 'far', host: 'tcp://far:1', isVerified: false, tlsFolder: tls },
    ]);
    const material = await readTlsMaterial({ folder: tls, isVerified: true, serverName: 'far' });
    assert.deepEqual([material.ca?.toString(), material.cert], ['CA', null]);
  });
});

describe('a credential helper', () => {
  async function makeHelper(t: TestContext, script: string): Promise<Record<string, string>> {
    const folder = await makeFolder(t);
    await writeFile(join(folder, 'docker-credential-test'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'docker-credential-test'), 0o755);
    return { PATH: `${folder}:/usr/bin:/bin` };
  }
  const config = dockerConfigSchema.parse({
    credsStore: 'test',
    auths: { 'r.org': { username: 'stored', password: 's' } },
  });

  it('is asked by name of the registry, on its standard input', async (t) => {
    const environment = await makeHelper(
      t,
      'read server; [ "$1" = get ] && printf \'{"ServerURL":"x","Username":"%s","Secret":"s"}\' "$server"',
    );
    assert.deepEqual(await createRegistryCredentials(async () => config, environment).find('docker.io'), {
      username: 'https://index.docker.io/v1/',
      password: 's',
      serveraddress: 'https://index.docker.io/v1/',
    });
  });

  it('that knows nothing leaves the file’s own entry', async (t) => {
    const environment = await makeHelper(t, 'echo "credentials not found in native keychain"; exit 1');
    const found = await createRegistryCredentials(async () => config, environment).find('r.org');
    assert.deepEqual(found, { username: 'stored', password: 's', serveraddress: 'r.org' });
    assert.equal(await createRegistryCredentials(async () => config, environment).find('other.org'), null);
  });

  it('that is not installed is an error that names it', async () => {
    const finding = createRegistryCredentials(async () => config, { PATH: '/nonexistent' }).find('r.org');
    await assert.rejects(finding, { code: 'image.pull_failed', message: /docker-credential-test/ });
  });

  it('that gives no answer is ended, though what it started goes on', async (t) => {
    const environment = await makeHelper(t, 'trap "" TERM; sleep 5 & wait; sleep 5');
    const began = performance.now();
    const finding = createRegistryCredentials(async () => config, environment, 200).find('r.org');
    await assert.rejects(finding, { code: 'image.pull_failed', message: /no answer within 0\.2 s/ });
    assert.ok(performance.now() - began < 3_000);
  });

  it('is asked for all that the configuration names, and left out where it cannot be', async (t) => {
    const environment = await makeHelper(
      t,
      'read server; [ "$server" = r.org ] && echo \'{"Username":"<token>","Secret":"s"}\' || exit 1',
    );
    const several = dockerConfigSchema.parse({
      credsStore: 'test',
      credHelpers: { 'other.org': 'absent' },
      auths: { 'r.org': {}, 'file.org': { username: 'u', password: 'p' } },
    });
    assert.deepEqual(await createRegistryCredentials(async () => several, environment).findAll(), {
      'r.org': { identitytoken: 's', serveraddress: 'r.org' },
      'file.org': { username: 'u', password: 'p', serveraddress: 'file.org' },
    });
  });

  it('is never run under a name that is a path', async () => {
    const hostile = dockerConfigSchema.parse({ credsStore: '../../bin/sh' });
    await assert.rejects(createRegistryCredentials(async () => hostile, {}).find('r.org'), {
      code: 'input.invalid',
    });
  });
});
