import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pullOfficial } from '../../src/platform/image/pull-official.ts';
import type { ProgressLine } from '../../src/platform/progress.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { openTestEngine, uniquePrefix } from '../factories/docker-engine.ts';
import { unusedUrl } from '../factories/part-server.ts';
import { tarOf } from '../factories/probe-image.ts';
import { serveRegistry } from '../factories/small-registry.ts';

describe('pulling an official image on the real engine', () => {
  let client: EngineClient;
  const name = uniquePrefix();
  const localTag = `${name}/part:1`;
  const lines: Omit<ProgressLine, 'at'>[] = [];
  const request = (reference: string) => ({
    client,
    reference,
    localTag,
    step: 'image.part',
    report: (line: Omit<ProgressLine, 'at'>) => void lines.push(line),
  });

  before(async () => {
    client = await openTestEngine();
  });
  after(async () => {
    await client?.images.remove(localTag, { force: true }).catch(() => undefined);
    client?.close();
  });

  it('gives it Crane’s tag and leaves no other name of it behind', async (test) => {
    const tar = await buffer(Readable.from(tarOf({ part: Buffer.from(name) })));
    const reference = await serveRegistry(test, `library/${name}`, tar);
    assert.deepEqual(await pullOfficial(request(reference)), { kind: 'pulled' });
    const image = await client.images.find(localTag);
    assert.deepEqual(image?.tags, [localTag]);
    assert.deepEqual(image.digests, []);
    await client.images.remove(localTag);
    assert.equal(await client.images.find(image.id), null, 'nothing of it is left');
  });

  it('takes an unknown image for a matter of that image', async (test) => {
    const reference = await serveRegistry(test, `library/${name}`, Buffer.alloc(1024));
    const outcome = await pullOfficial(request(reference.replace(name, 'other')));
    assert.ok(outcome.kind === 'failed' && !outcome.isRegistryOut, JSON.stringify(outcome));
    assert.match(outcome.why, /manifest unknown|not found/);
  });

  it('takes a registry that cannot be reached for out', async () => {
    const { host } = new URL(await unusedUrl());
    const outcome = await pullOfficial(request(`${host}/library/part:1`));
    assert.ok(outcome.kind === 'failed' && outcome.isRegistryOut, JSON.stringify(outcome));
    assert.match(outcome.why, /connection refused/);
  });
});
