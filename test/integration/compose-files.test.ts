import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, it } from 'node:test';
import { extract } from 'tar-stream';
import { loadCompose } from '../../src/core/compose/load-compose.ts';
import { secretValues } from '../../src/core/compose/secret-values.ts';
import { renderInstance } from '../../src/core/service/render-instance.ts';
import { createDockerRuntime } from '../../src/runtime/docker/docker-runtime.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { runCompose } from '../factories/compose-deployed.ts';
import { buildDockerCompose } from '../factories/docker-compose.ts';
import { openTestEngine, uniquePrefix } from '../factories/docker-engine.ts';
import { buildProbeImage, probeImage } from '../factories/probe-image.ts';

const prefix = uniquePrefix();
const paths = [
  '/run/secrets',
  '/run/secrets/key',
  '/etc/deep/er',
  '/etc/deep/er/key',
  '/motd',
  '/etc/message',
];
const compose = `name: ${prefix}
services:
  web:
    image: ${probeImage}
    user: "0"
    secrets:
      - key
      - { source: key, target: /etc/deep/er/key, uid: "1000", gid: "1001", mode: 0400 }
    configs:
      - motd
      - { source: message, target: etc/message, mode: "0640", gid: "70000" }
secrets:
  key: { environment: KEY }
configs:
  motd: { content: "hello\\n" }
  message: { environment: KEY }
`;

let client: EngineClient;
let program = '';
let imageId = '';
before(
  async () => {
    client = await openTestEngine();
    program = await buildDockerCompose();
    imageId = await buildProbeImage(client);
  },
  { timeout: 1_500_000 },
);
after(async () => {
  await client.images.remove(probeImage, { force: true });
  client.close();
});

type Look = {
  path: string;
  type: unknown;
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  content: string;
};

/** What lies at a path: owner, permissions and content. */
async function look(container: string, path: string): Promise<Look> {
  const tar = extract();
  const parts: Uint8Array[] = [];
  for await (const part of client.containers.getArchive(container, path)) parts.push(part);
  tar.end(Buffer.concat(parts));
  for await (const entry of tar) {
    const { type, mode, uid, gid } = entry.header;
    return { path, type, mode, uid, gid, content: await text(entry) };
  }
  return assert.fail(`nothing lies at ${path}`);
}

/** Compose gives a file with `uid` or `gid` to the service's user, whatever they say (docs/compose-differences.md). */
function withoutAskedOwner({ uid, gid, ...rest }: Look): object {
  return rest.path === '/etc/deep/er/key' || rest.path === '/etc/message' ? rest : { ...rest, uid, gid };
}

const lookAtAll = (container: string): Promise<Look[]> =>
  Promise.all(paths.map((path) => look(container, path)));

it('writes secrets and configs as docker compose does: paths, owners, permissions, contents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crane-files-'));
  const runtime = createDockerRuntime({ client, installation: prefix });
  let ours: string | null = null;
  try {
    await writeFile(join(folder, 'compose.yaml'), compose);
    await writeFile(join(folder, '.env'), 'KEY=a value of some length\n');
    assert.equal(await runCompose(program, folder, ['up', '--detach', '--pull', 'never']), null);
    const loaded = loadCompose({
      files: [{ path: 'compose.yaml', text: compose }],
      readFile: () => undefined,
      environment: { KEY: 'a value of some length' },
      profiles: [],
    });
    assert.ok(loaded.ok);
    const { project, lookup, positions } = loaded;
    const { values } = secretValues(project, lookup, positions);
    const spec = project.services['web'];
    assert.ok(spec !== undefined);
    const request = { prefix, app: prefix, project, service: 'web', spec, imageId, imageRef: probeImage };
    const rendered = renderInstance({ ...request, release: 1, slot: 1 });
    ({ id: ours } = await runtime.createInstance(rendered));
    const files = (rendered.files ?? []).map((file) =>
      'text' in file ? file : { ...file, text: values[file.secret] ?? '' },
    );
    await runtime.putFiles(ours, files);
    const [mine, theirs] = [await lookAtAll(ours), await lookAtAll(`${prefix}-web-1`)];
    assert.deepEqual(mine.map(withoutAskedOwner), theirs.map(withoutAskedOwner));
    assert.deepEqual(
      mine.map(({ uid, gid }) => `${uid}:${gid}`),
      ['0:0', '0:0', '0:0', '1000:1001', '0:0', '0:70000'],
    );
  } finally {
    if (ours !== null) await runtime.removeInstance(ours);
    await runCompose(program, folder, ['down', '--volumes', '--timeout', '0']);
    await rm(folder, { recursive: true });
  }
});
