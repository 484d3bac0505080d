import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { crashPoints, type CrashPoint } from '../../src/control/crash-point.ts';
import { askApp } from '../factories/ask-app.ts';
import { createInstallation, type Running, type TestInstallation } from '../factories/installation.ts';
import { sendSteadily, type SteadyRequests } from '../factories/steady-requests.ts';
import { waitFor } from '../factories/wait-for.ts';

/** What was under way when the process died comes to its end in this time after the next one is ready, milliseconds. */
const recoveryMs = 10_000;
const requestsPerSecond = 20;

const appDocument = z.object({
  uniqueName: z.string(),
  state: z.string(),
  url: z.string(),
  release: z.number(),
  services: z.array(z.object({ name: z.string(), replicas: z.number(), ready: z.number() })),
});

const shopFile = (environment: string): string => `name: shop
services:
  web:
    image: crane/whoami:1
    environment: { ${environment} }
    depends_on: { db: { condition: service_started } }
    volumes: [ "data:/data" ]
    networks: [ front, back ]
    x-crane:
      route: 8080
      scale: { min: 1, max: 3, target: { requestsPerSecond: 50 }, stabilization: 5s }
  db:
    image: crane/whoami:1
    environment: { ${environment} }
    networks: [ back ]
networks: { front: {}, back: {} }
volumes: { data: {} }
`;
/** Has networks and a volume of its own, so that laying and removing the ground of an app can be cut short. */
const extraFile = `name: extra
services:
  web:
    image: crane/whoami:1
    volumes: [ "data:/data" ]
    networks: [ own ]
    x-crane: { route: 8080 }
networks: { own: {} }
volumes: { data: {} }
`;

describe('the death of the control plane at each of its crash points', () => {
  let crane: TestInstallation;
  let folder: string;
  let url = '';
  let shop = '';
  /** What the serving release says, and what was asked for last. */
  let value = 0;
  const died = new Set<string>();
  const background: Running[] = [];

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const arm = (point: CrashPoint | ''): string => file('crash-at', point);
  const run = async (...args: string[]): Promise<void> => {
    const { code, err } = await crane.crane(args);
    assert.equal(code, 0, `crane ${args.join(' ')}: ${err}`);
  };
  const up = async (): Promise<void> => {
    const env = { CRANE_ALLOW_CRASH: 'true', CRANE_CRASH_AT: `@${arm('')}`, CRANE_MONITOR_MS: '300' };
    const { code, err } = await crane.crane(['up', '--detach'], { env });
    assert.equal(code, 0, err);
  };
  const apps = async (): Promise<z.infer<typeof appDocument>[]> =>
    z.array(appDocument).parse(await crane.json(['ls']));
  const extra = async (): Promise<string | null> =>
    (await apps()).find((app) => app.uniqueName.startsWith('extra-'))?.uniqueName ?? null;
  /** Goes on after the process died: its own end is of no interest. */
  const begin = (...args: string[]): void => void background.push(crane.start(args));

  const deploy = async (): Promise<void> => {
    value += 1;
    begin('deploy', '-f', file('shop.yaml', shopFile(`NAME: value-${value}`)));
  };
  const deployBad = async (): Promise<void> =>
    begin('deploy', '-f', file('bad.yaml', shopFile('PORT: none')));
  const deployExtra = async (): Promise<void> => {
    const old = await extra();
    if (old !== null) await run('rm', old, '--volume', 'data', '--yes');
    begin('deploy', '-f', file('extra.yaml', extraFile));
  };
  const removeExtra = async (): Promise<void> => {
    const name = await extra();
    if (name === null) await run('deploy', '-f', file('extra.yaml', extraFile));
    begin('rm', name ?? (await extra()) ?? '', '--volume', 'data', '--yes');
  };
  const killDatabase = async (): Promise<void> => {
    const db = (await crane.instances(shop)).find((item) => item.labels['crane.service'] === 'db');
    await crane.engine.containers.kill(db?.id ?? '', 'SIGKILL');
  };
  const restart = async (): Promise<void> => begin('restart', shop);
  let load: SteadyRequests | null = null;
  const sendLoad = async (): Promise<void> => void (load = sendSteadily(url, 100));

  /** What brings the control plane to each point; a removal follows a deployment of the same app where possible. */
  const acts = {
    'operation.begun': deploy,
    'deploy.images-resolved': deploy,
    'deploy.images-scanned': deploy,
    'deploy.release-stored': deploy,
    'instance.before-create': deploy,
    'instance.created': deploy,
    'instance.started': deploy,
    'routes.before-publish': deploy,
    'routes.published': deploy,
    'instance.unrouted': deploy,
    'instance.before-stop': deploy,
    'instance.stopped': deploy,
    'instance.removed': deploy,
    'deploy.stable': deploy,
    'operation.before-end': deploy,
    'deploy.giving-up': deployBad,
    'restart.release-stored': restart,
    'heal.decided': killDatabase,
    'instance.before-replace': killDatabase,
    'instance.replaced-removed': killDatabase,
    'ground.network-made': deployExtra,
    'delete.instances-gone': removeExtra,
    'ground.volume-made': deployExtra,
    'delete.networks-removed': removeExtra,
    'ground.router-attached': deployExtra,
    'delete.volumes-removed': removeExtra,
    'delete.routes-withdrawn': removeExtra,
    'scale.decided': sendLoad,
  } satisfies Record<CrashPoint, () => Promise<void>>;

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-crash-'));
    await up();
    await run('deploy', '-f', file('shop.yaml', shopFile('NAME: value-0')));
    const [app] = await apps();
    ({ uniqueName: shop, url } = app ?? assert.fail('it is not there'));
  });
  after(async () => {
    for (const { child } of background) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  /** Names of what is there of apps, each as often as it is there. */
  const instances = async (): Promise<string[]> =>
    (await crane.instances())
      .map(({ labels, state }) => `${labels['crane.app']} ${labels['crane.service']} ${state}`)
      .sort();
  const ground = async (): Promise<string[]> => {
    const filters = { label: [crane.label(), 'crane.app'] };
    const [networks, volumes] = await Promise.all([
      crane.engine.networks.list({ filters }),
      crane.engine.volumes.list({ filters }),
    ]);
    return [...networks, ...volumes].map(({ name }) => name.replace(`${crane.prefix}-`, '')).sort();
  };

  /** What is not as it was asked for, or there and not asked for; empty in the end. */
  async function differences(): Promise<string[]> {
    const all = await apps();
    const wanted = all.flatMap(({ uniqueName, services }) => [
      ...services.flatMap(({ name, replicas }) =>
        Array.from({ length: replicas }, () => `${uniqueName} ${name} running`),
      ),
      ...(uniqueName === shop ? ['_back', '_data', '_front'] : ['_data', '_own']).map(
        (end) => uniqueName + end,
      ),
    ]);
    const seen = [...(await instances()), ...(await ground())];
    return [
      ...all
        .filter(
          ({ state, services }) => state !== 'running' || services.some((it) => it.ready !== it.replicas),
        )
        .map((app) => JSON.stringify(app)),
      ...without(wanted, seen).map((name) => `missing: ${name}`),
      ...without(seen, wanted).map((name) => `left over: ${name}`),
    ];
  }

  for (const [name, act] of Object.entries(acts))
    it(`at ${name}: the next one carries on, nothing is there twice or left over, the old release serves`, async (test) => {
      const requests = sendSteadily(url, requestsPerSecond);
      const pid = crane.controlPid();
      arm(z.enum(crashPoints).parse(name));
      await act();
      await waitFor(`it dies at ${name}`, () => (isAlive(pid) ? null : true), { timeoutMs: 40_000 });
      died.add(name);
      load = (await load?.stop(), null);
      await up();
      const began = performance.now();
      let [left, tookMs] = [['nothing was seen'], 0];
      while (left.length > 0 && tookMs < recoveryMs) {
        left = await differences();
        tookMs = Math.round(performance.now() - began);
      }
      assert.deepEqual(left, []);
      const { body } = await askApp(url);
      assert.match(body, new RegExp(`value-${value}\\b`));
      const { sent, lost } = await requests.stop();
      assert.deepEqual(lost, [], `of ${sent}`);
      test.diagnostic(`over after ${tookMs} ms, ${sent} requests, none lost`);
    });

  it('was seen at every point that the code has', () => {
    assert.deepEqual([...died].sort(), [...crashPoints].sort());
  });
});

/** What is more often in the one list than in the other. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((item) => {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** One that is gone and not yet waited for does not live. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}
