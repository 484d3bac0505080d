import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { askApp } from '../factories/ask-app.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { buildProbeImage, probeImage, tarOf } from '../factories/probe-image.ts';
import { waitFor } from '../factories/wait-for.ts';

const deployed = z.object({ uniqueName: z.string(), url: z.string() });
const made = z.object({ password: z.string() });
const names = z
  .array(z.object({ uniqueName: z.string() }))
  .transform((apps) => apps.map(({ uniqueName }) => uniqueName).sort());
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

  const refused = async (name: string, image: string, more: string, why: RegExp): Promise<void> => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, `name: ${name}\nservices:\n  web:\n    image: ${image}\n${more}`);
    const { code, out, err } = await crane.crane(['deploy', '-f', file]);
    assert.match(err, why, out);
    assert.notEqual(code, 0);
    assert.deepEqual(await crane.json(['ls']).then((list) => names.parse(list)), [
      other.uniqueName,
      spy.uniqueName,
    ]);
  };

  it('S35 S39 joins no network of another app or of the platform by calling it its own', async () => {
    const theirs = await networkOf(crane, other.uniqueName);
    for (const name of [theirs, `${crane.prefix}-net-1`, `0----${crane.prefix}-platform`])
      await refused(
        'namesake',
        probeImage,
        `networks: { default: { name: "${name}" } }\n`,
        /Crane’s own|comes before/,
      );
  });

  it('S39 is not steered by the labels of an image', async () => {
    const theirs = await networkOf(crane, other.uniqueName);
    const image = `${probeImage}-labelled`;
    const text = `FROM ${probeImage}\nLABEL crane.networks='${JSON.stringify({ [theirs]: {} })}'\n`;
    const tar = tarOf({ Dockerfile: Buffer.from(text) });
    for await (const _ of crane.engine.images.build({ tar, tags: [image] }));
    try {
      await refused('labelled', image, '    command: [serve]\n', /carries the label crane\.networks/);
    } finally {
      await crane.engine.images.remove(image, { force: true });
    }
  });

  it('S36 sees no folder that a mounted one became a link to after it was let in', async () => {
    const [data, file] = [join(folder, 'data'), join(folder, 'mounting.yaml')];
    mkdirSync(data);
    await crane.json(['policy', 'set', 'P07', '--params', JSON.stringify({ projects: [folder] })]);
    const person = made.parse(await crane.json(['users', 'add', 'bob']));
    const env = { CRANE_URL: crane.apiUrl, CRANE_TOKEN: await logIn(crane, 'bob', person.password) };
    const mounted = `    command: [serve]\n    volumes: ["${data}:/data:ro"]\n`;
    writeFileSync(file, `name: mounting\nservices:\n  web:\n    image: ${probeImage}\n${mounted}`);
    const { uniqueName } = deployed
      .omit({ url: true })
      .parse(await crane.json(['deploy', '-f', file], { env }));
    const running = async () =>
      (await crane.instances(uniqueName)).filter(({ state }) => state === 'running');
    const [first] = await running();
    try {
      rmdirSync(data);
      symlinkSync('/etc', data);
      const scaled = await crane.crane(['scale', uniqueName, 'web=2'], { env });
      assert.equal(scaled.code, 3, scaled.out);
      assert.match(scaled.err, /P07 .*mounts \/etc of this machine/s);
      await crane.engine.containers.remove(first?.id ?? assert.fail(), { force: true });
      await waitFor('Crane says why it makes no other', async () =>
        /P07/.test((await crane.crane(['events', '--app', uniqueName, '--all', '--no-follow'], { env })).out)
          ? true
          : null,
      );
      assert.deepEqual(await running(), []);
    } finally {
      await crane.crane(['rm', uniqueName, '--yes']);
    }
  });
});

/** An access token of this person. */
async function logIn(crane: TestInstallation, name: string, password: string): Promise<string> {
  const response = await fetch(`${crane.apiUrl}/api/v1/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant: 'password', name, password }),
  });
  return z.object({ accessToken: z.string() }).parse(await response.json()).accessToken;
}

/** The network in which the app's instances are. */
async function networkOf(crane: TestInstallation, app: string): Promise<string> {
  const [instance] = await crane.instances(app);
  const [name] = Object.keys(instance?.networks ?? {});
  return name ?? assert.fail(`${app} is in no network`);
}
