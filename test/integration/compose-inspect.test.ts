import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { text as readText } from 'node:stream/consumers';
import type { ComposeProject } from '../../src/core/compose/compose-project.ts';
import { unsupportedIn } from '../../src/core/compose/unsupported.ts';
import { renderInstance } from '../../src/core/service/render-instance.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { alignDefaults, normalizeInspection, type Inspection } from '../factories/compare-containers.ts';
import { loadComposeCase, readComposeCases } from '../factories/compose-cases.ts';
import { deployableText, runCompose, writeDeployable } from '../factories/compose-deployed.ts';
import { buildDockerCompose } from '../factories/docker-compose.ts';
import { openTestEngine, uniquePrefix } from '../factories/docker-engine.ts';
import { buildProbeImage, probeImage } from '../factories/probe-image.ts';

/** What the engine says of a container, unread. */
async function inspect(id: string): Promise<Inspection> {
  const socketPath = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace('unix://', '');
  const body = await new Promise<string>((resolve, reject) => {
    request(
      { socketPath, path: `/containers/${encodeURIComponent(id)}/json`, timeout: 10_000 },
      (response) => {
        readText(response).then(resolve, reject);
      },
    )
      .on('error', reject)
      .end();
  });
  const inspection: Inspection = JSON.parse(body);
  return inspection;
}

describe('the containers of a compose file', () => {
  const prefix = uniquePrefix();
  let client: EngineClient;
  let program = '';
  let imageId = '';
  let compared = 0;
  before(
    async () => {
      client = await openTestEngine();
      program = await buildDockerCompose();
      imageId = await buildProbeImage(client);
    },
    { timeout: 1_500_000 },
  );
  after(async () => client.images.remove(probeImage, { force: true }));

  async function createOurs(project: ComposeProject, service: string): Promise<Inspection> {
    const spec = project.services[service];
    assert.ok(spec !== undefined);
    const rendered = renderInstance({
      prefix,
      app: project.name,
      project,
      service,
      spec,
      imageId,
      imageRef: probeImage,
      release: 1,
      slot: 1,
    });
    const { id } = await client.containers.create({ name: rendered.name, create: rendered.create });
    for (const [network, endpoint] of Object.entries(rendered.moreNetworks))
      await client.networks.connect(network, id, endpoint);
    const inspection = await inspect(id);
    await client.containers.remove(id, { force: true, volumes: true });
    return inspection;
  }

  for (const [index, each] of readComposeCases('accepted').entries()) {
    const loaded = loadComposeCase(each);
    if (!loaded.ok || unsupportedIn(loaded.project, loaded.positions).length > 0) continue;
    it(`are those that docker compose makes: ${each.label}`, async (test) => {
      const folder = await mkdtemp(join(tmpdir(), 'crane-inspect-'));
      const name = `${prefix}-${index}`;
      try {
        const project = await writeDeployable(
          folder,
          deployableText(loaded.project, name, probeImage, folder),
        );
        if (project === null) return test.skip('it cannot be made fit for any engine');
        const failure = await runCompose(program, folder, ['up', '--no-start', '--pull', 'never']);
        if (failure !== null)
          return test.skip(`this engine refuses it: ${failure.trim().split('\n').at(-1)}`);
        for (const service of Object.keys(project.services)) {
          const theirs = await inspect(`${name}-${service}-1`);
          const ours = await createOurs(project, service);
          assert.deepEqual(
            alignDefaults(normalizeInspection(ours), normalizeInspection(theirs)),
            normalizeInspection(theirs),
            service,
          );
        }
        compared += 1;
      } finally {
        await runCompose(program, folder, ['down', '--volumes', '--timeout', '0']);
        await rm(folder, { recursive: true });
      }
    });
  }

  it('were compared for at least 40 files', () => assert.ok(compared >= 40, String(compared)));
});
