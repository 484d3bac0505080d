import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { text as readText } from 'node:stream/consumers';
import type { ComposeProject } from '../../src/core/compose/compose-project.ts';
import { inlineProfiles } from '../../src/core/compose/inline-profiles.ts';
import { unsupportedIn } from '../../src/core/compose/unsupported.ts';
import { withAnchors } from '../../src/core/service/anchors.ts';
import { externalsOf, type External } from '../../src/core/service/externals.ts';
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

function withProfiles(project: ComposeProject, folder: string): ComposeProject {
  const inlined = inlineProfiles(project, (path) => readFileSync(join(folder, path), 'utf8'), new Map());
  assert.deepEqual(inlined.problems, []);
  return inlined.project;
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

  /** `theirs`: the id of Compose's container of a service, to share something with. */
  async function createOurs(
    project: ComposeProject,
    service: string,
    theirs: ReadonlyMap<string, string>,
  ): Promise<Inspection> {
    const spec = project.services[service];
    assert.ok(spec !== undefined);
    const plain = renderInstance({
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
    const rendered = withAnchors(plain, (name) => theirs.get(name));
    const { id } = await client.containers.create({
      name: rendered.name,
      create: rendered.create,
      ...(rendered.platform === undefined ? {} : { platform: rendered.platform }),
    });
    for (const [network, endpoint] of Object.entries(rendered.moreNetworks))
      await client.networks.connect(network, id, endpoint);
    const inspection = await inspect(id);
    await client.containers.remove(id, { force: true, volumes: true });
    return inspection;
  }

  const externals: External[] = [];
  async function makeExternals(project: ComposeProject): Promise<void> {
    for (const external of externalsOf(project)) {
      if (external.kind === 'network') await client.networks.create({ name: external.name });
      if (external.kind === 'volume') await client.volumes.create({ name: external.name });
      if (external.kind === 'container') continue;
      externals.push(external);
    }
  }
  async function removeExternals(): Promise<void> {
    for (const { kind, name } of externals.splice(0))
      await (kind === 'network' ? client.networks.remove(name) : client.volumes.remove(name));
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
        await makeExternals(project);
        const failure = await runCompose(program, folder, ['up', '--no-start', '--pull', 'never']);
        if (failure !== null)
          return test.skip(`this engine refuses it: ${failure.trim().split('\n').at(-1)}`);
        const containers = new Map<string, string>();
        for (const service of Object.keys(project.services))
          containers.set(service, (await inspect(`${name}-${service}-1`)).Id);
        for (const service of Object.keys(project.services)) {
          const theirs = await inspect(`${name}-${service}-1`);
          const ours = await createOurs(withProfiles(project, folder), service, containers);
          assert.deepEqual(
            alignDefaults(normalizeInspection(ours), normalizeInspection(theirs)),
            normalizeInspection(theirs),
            service,
          );
        }
        compared += 1;
      } finally {
        await runCompose(program, folder, ['--profile', '*', 'down', '--volumes', '--timeout', '0']);
        await removeExternals();
        await rm(folder, { recursive: true });
      }
    });
  }

  it('were compared for at least 40 files', () => assert.ok(compared >= 40, String(compared)));
});
