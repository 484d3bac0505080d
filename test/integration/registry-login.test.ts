import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { openEngineClient } from '../../src/runtime/docker/client/open-engine-client.ts';
import { uniquePrefix } from '../factories/docker-engine.ts';
import { tarOf } from '../factories/probe-image.ts';
import { serveRegistry } from '../factories/small-registry.ts';

const login = { user: 'ann', password: 'very-secret-word' };

describe('a registry that wants a login', () => {
  const name = uniquePrefix();
  let folder: string;
  let client: EngineClient;
  let reference: string;
  let host: string;
  const closers: (() => void | Promise<void>)[] = [];

  const configure = (config: object): void =>
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const basic = (user: string, password: string): string =>
    Buffer.from(`${user}:${password}`).toString('base64');

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crane-login-'));
    const tar = await buffer(Readable.from(tarOf({ part: Buffer.from(name) })));
    reference = await serveRegistry({ after: (work) => closers.push(work) }, `team/${name}`, tar, login);
    host = reference.slice(0, reference.indexOf('/'));
    client = await openEngineClient({
      dockerHost: process.env['DOCKER_HOST'],
      configFolder: folder,
      environment: { PATH: `${folder}:/usr/bin:/bin` },
      isWindows: false,
    });
  });
  beforeEach(async () => {
    await client.images.remove(reference, { force: true }).catch(() => undefined);
    rmSync(join(folder, 'config.json'), { force: true });
  });
  after(async () => {
    for (const close of closers) await close();
    await client?.images.remove(reference, { force: true }).catch(() => undefined);
    client?.close();
    rmSync(folder, { recursive: true });
  });

  it('says so to who has none', async () => {
    await assert.rejects(client.images.pull({ ref: reference }), (error) => {
      assert.ok(error instanceof CraneError);
      assert.equal(error.code, 'image.pull_failed', error.message);
      assert.match(error.facts.fix ?? '', /docker login/);
      return true;
    });
  });

  it('takes a login that was made while Crane runs', async () => {
    configure({ auths: { [host]: { auth: basic(login.user, login.password) } } });
    await client.images.pull({ ref: reference });
    assert.ok((await client.images.find(reference)) !== null);
  });

  it('refuses a wrong one, and no word of it is told', async () => {
    configure({ auths: { [host]: { auth: basic(login.user, 'wrong-secret-word') } } });
    await assert.rejects(client.images.pull({ ref: reference }), (error) => {
      assert.ok(error instanceof CraneError);
      assert.equal(error.code, 'image.pull_failed', error.message);
      assert.doesNotMatch(
        `${error.message} ${JSON.stringify(error.facts)} ${String(error.cause)}`,
        /secret-word/,
      );
      return true;
    });
  });

  it('takes what a credential helper knows', async () => {
    const helper = join(folder, 'docker-credential-vault');
    const reply = JSON.stringify({ ServerURL: host, Username: login.user, Secret: login.password });
    writeFileSync(helper, `#!/bin/sh\nread server\n[ "$server" = "${host}" ] && echo '${reply}'\n`);
    chmodSync(helper, 0o755);
    configure({ credHelpers: { [host]: 'vault' } });
    await client.images.pull({ ref: reference });
    assert.ok((await client.images.find(reference)) !== null);
  });

  for (const builder of ['classic', 'buildkit'])
    it(`gives base images to builds of who is logged in, and to no other (${builder})`, async () => {
      const built = `${name}/${builder}:1`;
      const build = async (): Promise<void> => {
        const tar = tarOf({ Dockerfile: Buffer.from(`FROM ${reference}\nLABEL x=y\n`) });
        await Array.fromAsync(
          client.images.build({
            tar,
            tags: [built],
            hasCredentials: true,
            isPulling: true,
            isBuildKit: builder === 'buildkit',
          }),
        );
        await client.images.remove(built, { force: true });
      };
      configure({});
      await assert.rejects(build(), { code: 'image.build_failed' });
      configure({ auths: { [host]: { auth: basic(login.user, login.password) } } });
      await build();
    });
});
