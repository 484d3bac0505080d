import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Sandbox } from '../../src/core/port/runtime.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { createSandbox } from '../../src/runtime/docker/sandbox.ts';
import { openTestEngine, removeLeftovers, uniquePrefix } from '../factories/docker-engine.ts';
import { buildProbeImage, probeImage } from '../factories/probe-image.ts';

const megabyte = 1024 * 1024;

describe('the sandbox on a real engine', () => {
  let client: EngineClient;
  let sandbox: Sandbox;
  let folder: string;
  const installation = uniquePrefix();
  const request = { image: probeImage, mounts: [], memoryBytes: 64 * megabyte, timeoutMs: 20_000 };

  before(async () => {
    client = await openTestEngine();
    await buildProbeImage(client);
    sandbox = createSandbox({ client, installation });
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    // The sandbox's user is nobody.
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'note'), 'from outside\n');
  });
  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
    if (client === undefined) return;
    const left = await removeLeftovers(client, installation);
    await client.images.remove(probeImage, { force: true }).catch(() => undefined);
    client.close();
    assert.deepEqual(left, []);
  });

  it('gives both outputs whole, each line as it comes, and the exit code', async () => {
    const lines: string[] = [];
    const result = await sandbox.run({
      ...request,
      command: ['say', 'to out', 'to err', '3'],
      onLine: (stream, line) => void lines.push(`${stream} ${line}`),
    });
    assert.deepEqual(result, {
      exitCode: 3,
      stdout: 'to out\n',
      stderr: 'to err\n',
      isOomKilled: false,
      isTimedOut: false,
    });
    assert.deepEqual(lines.sort(), ['stderr to err', 'stdout to out']);
  });

  it('keeps a long line of output whole', async () => {
    const { stdout } = await sandbox.run({ ...request, command: ['long', '300000'] });
    assert.equal(stdout, `${'x'.repeat(300_000)}\n`);
  });

  it('has no network, cannot write but to /tmp, and is nobody', async () => {
    const { stdout } = await sandbox.run({ ...request, command: ['look'], environment: { SEEN: 'yes' } });
    assert.deepEqual(JSON.parse(stdout), {
      interfaces: ['lo'],
      canWriteRoot: false,
      canWriteTmp: true,
      user: 65_534,
      capabilities: '0000000000000000',
      noNewPrivileges: '1',
      environment: 'yes',
    });
  });

  it('sees what is mounted, and cannot change what is read-only', async () => {
    const mounts = [{ hostPath: folder, path: '/in', isReadOnly: true }];
    const read = await sandbox.run({ ...request, mounts, command: ['read', '/in/note'] });
    assert.equal(read.stdout, 'from outside\n');
    const written = await sandbox.run({ ...request, mounts, user: '0:0', command: ['write', '/in/note'] });
    assert.match(written.stderr, /read-only file system/);
    assert.equal(written.exitCode, 1);
  });

  it('is ended when its time is up', async () => {
    const began = Date.now();
    const result = await sandbox.run({ ...request, timeoutMs: 500, command: ['sleep'] });
    assert.deepEqual([result.isTimedOut, result.exitCode], [true, 137]);
    assert.ok(Date.now() - began < 10_000);
  });

  it('is killed when it takes more memory than allowed', async () => {
    const result = await sandbox.run({ ...request, memoryBytes: 24 * megabyte, command: ['eat'] });
    assert.deepEqual([result.isOomKilled, result.exitCode], [true, 137]);
  });

  it('is removed when the caller gives up', async () => {
    const stop = new AbortController();
    const running = sandbox.run({
      ...request,
      command: ['say-and-sleep'],
      signal: stop.signal,
      onLine: () => stop.abort(),
    });
    await assert.rejects(running, { code: 'operation.cancelled' });
    assert.deepEqual(await sandboxes(), []);
  });

  it('says that the image is not there', async () => {
    const running = sandbox.run({ ...request, image: 'crane.invalid/absent:1', command: [] });
    await assert.rejects(running, { code: 'image.not_found' });
  });

  it('removes what a killed Crane left, and only that', async () => {
    const create = (sandboxLabel: string): Promise<{ id: string }> =>
      client.containers.create({
        name: `${installation}-${sandboxLabel}`,
        create: {
          Image: probeImage,
          Cmd: ['sleep'],
          Labels: { 'crane.instance': installation, 'crane.sandbox': sandboxLabel },
          HostConfig: { NetworkMode: 'none' },
        },
      });
    await create('earlier');
    const fresh = createSandbox({ client, installation });
    const lines: string[][] = [];
    await Promise.all([
      fresh.run({ ...request, command: ['say', 'a', 'b', '0'], onLine: () => undefined }),
      fresh.run({ ...request, command: ['say', 'a', 'b', '0'] }),
    ]);
    lines.push(await sandboxes());
    assert.deepEqual(lines, [[]]);
  });

  async function sandboxes(): Promise<string[]> {
    const filters = { label: [`crane.instance=${installation}`] };
    return (await client.containers.list({ all: true, filters })).map(({ name }) => name);
  }
});
