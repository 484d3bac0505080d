import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { buildProbeImage, probeImage } from '../factories/probe-image.ts';
import { waitFor } from '../factories/wait-for.ts';

const deployed = z.object({ uniqueName: z.string(), url: z.string() });
const answer = z.object({ status: z.number().optional(), error: z.string().optional() });

describe('an app sees no more than it should', () => {
  let crane: TestInstallation;
  let folder: string;
  let spy: z.infer<typeof deployed>;
  let other: z.infer<typeof deployed>;

  /** Asks from inside the app's container. */
  const ask = async (url: string, host = ''): Promise<z.infer<typeof answer>> => {
    const query = new URLSearchParams({ url, host });
    const { body } = await askApp(spy.url, { path: `/ask?${query.toString()}` });
    return answer.parse(JSON.parse(body));
  };
  const answersNothing = async (url: string): Promise<void> => {
    const { status, error } = await ask(url);
    assert.equal(status, undefined, `${url} answers`);
    assert.match(error ?? '', /timeout|deadline|refused|reset|EOF|no such host|unreachable/i, url);
  };
  const addressOf = async (container: string, network: string): Promise<string> => {
    const { networks } = await crane.engine.containers.inspect(container);
    return networks[network]?.address ?? assert.fail(`${container} is not in ${network}`);
  };
  const deploy = async (name: string, image: string, more: string): Promise<z.infer<typeof deployed>> => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      `name: ${name}\nservices:\n  web:\n    image: ${image}\n    x-crane: { route: 8080 }\n${more}`,
    );
    return deployed.parse(await crane.json(['deploy', '-f', file]));
  };

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-isolation-'));
    await buildProbeImage(crane.engine);
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    other = await deploy('other', 'crane/whoami:1', '');
    spy = await deploy(
      'spy',
      probeImage,
      '    command: [serve]\n  side:\n    image: crane/whoami:1\n    expose: ["8080"]\n',
    );
    await waitFor('the spy answers', async () =>
      (await askApp(spy.url).catch(() => null))?.status === 200 ? true : null,
    );
  });
  after(async () => {
    await crane.crane(['rm', spy.uniqueName, '--yes']);
    await crane.engine.images.remove(probeImage, { force: true }).catch(() => undefined);
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  it('can reach its own services by name', async () => {
    assert.deepEqual(await ask('http://side:8080/healthz'), { status: 200 });
    assert.deepEqual(await ask('http://web:8080/'), { status: 200 });
  });

  it('S89 can reach what the router publishes, as anybody on this machine can', async () => {
    const router = await addressOf(`${crane.prefix}-traefik`, await networkOf(crane, spy.uniqueName));
    for (const { url } of [spy, other])
      assert.deepEqual(await ask(`http://${router}:8080/`, new URL(url).hostname), { status: 200 });
  });

  it('S89 reaches no part of the platform: not by address, not by name', async () => {
    const network = `0----${crane.prefix}-platform`;
    const doors = [
      ['prometheus', '9090/-/ready'],
      ['alertmanager', '9093/-/ready'],
      ['opa', '8181/health'],
      ['traefik', '8082/ping'],
      ['traefik', '8082/metrics'],
      ['traefik', '8082/api/rawdata'],
    ] as const;
    await Promise.all(
      doors.map(async ([part, door]) => {
        const address = await addressOf(`${crane.prefix}-${part}`, network);
        assert.equal((await fetch(`http://${address}:${door}`)).ok, true, `${part} answers this machine`);
        await answersNothing(`http://${address}:${door}`);
        await answersNothing(`http://${part}:${door}`);
        await answersNothing(`http://${crane.prefix}-${part}:${door}`);
      }),
    );
    const router = await addressOf(`${crane.prefix}-traefik`, await networkOf(crane, spy.uniqueName));
    await answersNothing(`http://${router}:8082/ping`);
  });

  it('S89 reaches neither the internal listener nor the API of Crane', async () => {
    const { networks } = await crane.engine.containers.inspect(`${crane.prefix}-traefik`);
    const gateways = Object.values(networks).map(({ gateway }) => gateway);
    assert.ok(gateways.length >= 3, 'platform and both apps');
    for (const gateway of gateways) {
      await answersNothing(`http://${gateway}:${crane.internalPort}/internal/discovery`);
      await answersNothing(`http://${gateway}:${crane.internalPort}/metrics`);
      await answersNothing(`http://${gateway}:${crane.apiPort}/healthz`);
      await answersNothing(`http://${gateway}:${crane.routerPort}/`);
    }
  });

  it('S89 reaches no instance of another app', async () => {
    const [instance] = await crane.instances(other.uniqueName);
    assert.ok(instance !== undefined);
    const address = await addressOf(instance.id, await networkOf(crane, other.uniqueName));
    assert.equal((await fetch(`http://${address}:8080/`)).ok, true, 'it answers this machine');
    await answersNothing(`http://${address}:8080/`);
    await answersNothing(`http://${instance.name}:8080/`);
  });
});

/** The network in which the app's instances are. */
async function networkOf(crane: TestInstallation, app: string): Promise<string> {
  const [instance] = await crane.instances(app);
  const [name] = Object.keys(instance?.networks ?? {});
  return name ?? assert.fail(`${app} is in no network`);
}
