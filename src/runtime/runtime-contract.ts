import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CraneError } from '../core/error/crane-error.ts';
import type { ErrorCode } from '../core/error/error-codes.ts';
import type { LogLine, NetworkSpec, Runtime, RuntimeEvent } from '../core/port/runtime.ts';
import type { EngineCreate, InstanceSpec } from '../core/service/engine-create.ts';
import { instanceName, type ObservedInstance } from '../core/service/instance.ts';

/** One engine with two installations on it, and what a test must be able to do besides the port. */
export type RuntimeHarness = {
  runtime: Runtime;
  /** Another installation on the same engine. */
  other: Runtime;
  prefix: string;
  /** An image whose process prints a line and runs until it is stopped, and then exits with 0. */
  image: string;
  /** Four /28 subnets that are free on the engine. */
  subnets: readonly [string, string, string, string];
  /** A port of this machine that is free. */
  freePort: number;
  /** Health checks that pass, and that fail. */
  healthy: Partial<EngineCreate>;
  unhealthy: Partial<EngineCreate>;
  /** The instance's process ends by itself with exit code 1. */
  crash(instance: ObservedInstance): Promise<void>;
  /** Removes what is left and says what it was; nothing is expected. */
  close(): Promise<string[]>;
};

const app = 'shop-1';
const patienceMs = 20_000;

/** What every runtime keeps, whatever runs the instances. Time is real: conditions are waited for. */
export function describeRuntimeContract(name: string, create: () => Promise<RuntimeHarness>): void {
  describe(name, () => {
    let harness: RuntimeHarness;
    let runtime: Runtime;
    let imageId: string;
    const made: string[] = [];

    before(async () => {
      harness = await create();
      ({ runtime } = harness);
      ({ imageId } = await runtime.resolveImage({ ref: harness.image, pull: 'never' }));
    });
    after(async () => {
      if (harness === undefined) return;
      for (const id of made) await runtime.removeInstance(id);
      assert.deepEqual(await runtime.observeInstances(null), []);
      assert.deepEqual(await harness.close(), []);
    });

    let slots = 0;
    const spec = (changes: SpecChanges = {}): InstanceSpec =>
      makeSpec({ prefix: harness.prefix, imageId, slot: (slots += 1) }, changes);
    const make = async (wanted: InstanceSpec = spec()): Promise<string> => {
      const { id } = await runtime.createInstance(wanted);
      made.push(id);
      return id;
    };
    const look = async (id: string): Promise<ObservedInstance> => {
      const found = (await runtime.observeInstances(app)).find((each) => each.id === id);
      assert.ok(found, `instance ${id} is not observed`);
      return found;
    };
    const until = (id: string, isThere: (instance: ObservedInstance) => boolean): Promise<ObservedInstance> =>
      eventually(async () => {
        const found = await look(id);
        return isThere(found) ? found : null;
      });
    /** The first process of a container does not hear SIGTERM before it listens for it; when it has written a line it does. */
    const startAndHear = async (id: string): Promise<void> => {
      const said = async (): Promise<number> =>
        (await Array.fromAsync(runtime.logs(id, 'x', { follow: false, tail: null, sinceMs: null }))).length;
      const before = await said();
      await runtime.startInstance(id);
      await eventually(async () => ((await said()) > before ? true : null));
    };
    const network = (index: 0 | 1 | 2 | 3, changes: Partial<NetworkSpec> = {}): NetworkSpec => ({
      name: `${harness.prefix}-net-${index}`,
      app,
      subnet: harness.subnets[index],
      isInternal: false,
      ...changes,
    });

    it('tells about the engine', async () => {
      const info = await runtime.info();
      assert.ok(info.cpus > 0 && info.memoryBytes > 0 && info.version !== '');
      assert.match(info.apiVersion, /^1\.\d+$/);
    });

    describe('instances', () => {
      it('observes a created instance as it was specified', async () => {
        const wanted = spec();
        const id = await make(wanted);
        const { createdAt, addresses, ...rest } = await look(id);
        assert.ok(Math.abs(createdAt - Date.now()) < 60_000);
        assert.deepEqual(
          Object.values(addresses).filter((address) => address !== ''),
          [],
        );
        assert.deepEqual(rest, {
          app,
          service: 'web',
          release: 1,
          slot: slots,
          id,
          name: wanted.name,
          state: 'created',
          health: 'none',
          exitCode: null,
          isOomKilled: false,
          startedAt: null,
          finishedAt: null,
          specHash: wanted.specHash,
          imageId,
        });
      });

      it('observes only the app that is asked for', async () => {
        const id = await make();
        assert.ok((await runtime.observeInstances(null)).some((each) => each.id === id));
        assert.deepEqual(await runtime.observeInstances('shop-2'), []);
      });

      it('adopts an instance that the same call made before', async () => {
        const wanted = spec();
        const id = await make(wanted);
        assert.deepEqual(await runtime.createInstance(wanted), { id, isAdopted: true });
      });

      it('makes one instance when the same call is made twice at once', async () => {
        const wanted = spec();
        const results = await Promise.all([runtime.createInstance(wanted), runtime.createInstance(wanted)]);
        made.push(...results.map((result) => result.id));
        assert.equal(results[0].id, results[1].id);
        assert.deepEqual(results.map((result) => result.isAdopted).sort(compareFlags), [false, true]);
      });

      it('refuses a name that is taken by another installation, and leaves the other one alone', async () => {
        const wanted = spec();
        const { id } = await harness.other.createInstance(wanted);
        try {
          await rejects(runtime.createInstance(wanted), 'engine.conflict');
          assert.deepEqual(
            (await harness.other.observeInstances(null)).map((each) => each.id),
            [id],
          );
        } finally {
          await harness.other.removeInstance(id);
        }
      });

      it('refuses a name whose instance was made from other settings', async () => {
        const wanted = spec();
        await make(wanted);
        await rejects(runtime.createInstance(withHash(wanted, 'other')), 'engine.conflict');
      });

      it('refuses an image that is not there', async () => {
        const absent = `sha256:${'0123456789abcdef'.repeat(4)}`;
        await rejects(runtime.createInstance(spec({ create: { Image: absent } })), 'image.not_found');
      });

      it('says what the engine made of a payload, in the words of the payload', async () => {
        const HostConfig = {
          Memory: 32 * 1024 * 1024,
          CapDrop: ['ALL'],
          CapAdd: ['CHOWN'],
          SecurityOpt: ['no-new-privileges:true'],
          Tmpfs: { '/scratch': 'size=64k' },
          PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
        };
        const id = await make(spec({ create: { User: '1000:1000', HostConfig } }));
        const found = await runtime.inspectCreated(id);
        assert.equal(found?.User, '1000:1000');
        const { Memory, CapDrop, CapAdd, SecurityOpt, Tmpfs, PortBindings, ...rest } =
          found?.Privileges ?? {};
        assert.deepEqual(
          { Memory, CapDrop, SecurityOpt, Tmpfs, PortBindings },
          {
            Memory: HostConfig.Memory,
            CapDrop: HostConfig.CapDrop,
            SecurityOpt: HostConfig.SecurityOpt,
            Tmpfs: HostConfig.Tmpfs,
            PortBindings: HostConfig.PortBindings,
          },
        );
        // Newer engines write it whole.
        assert.deepEqual(
          CapAdd?.map((name) => name.replace(/^CAP_/, '')),
          HostConfig.CapAdd,
        );
        assert.equal(rest.Privileged ?? false, false);
        assert.equal(await runtime.inspectCreated('f'.repeat(64)), null);
      });

      it('starts, and starting again is fine', async () => {
        const id = await make();
        const before = Date.now();
        await runtime.startInstance(id);
        await runtime.startInstance(id);
        const { state, startedAt } = await look(id);
        assert.equal(state, 'running');
        assert.ok(startedAt !== null && startedAt >= before - 1_000 && startedAt <= Date.now() + 1_000);
      });

      it('cannot start what does not exist', async () => {
        await rejects(runtime.startInstance('f'.repeat(64)), 'engine.not_found');
      });

      it('stops with exit code 0, and stopping again is fine', async () => {
        const id = await make();
        await startAndHear(id);
        await runtime.stopInstance(id, 10_000);
        const { state, exitCode, finishedAt, startedAt } = await look(id);
        assert.deepEqual([state, exitCode], ['exited', 0]);
        assert.ok((finishedAt ?? 0) >= (startedAt ?? 0));
        await runtime.stopInstance(id, null);
      });

      it('kills with exit code 137, and killing again is fine', async () => {
        const id = await make();
        await runtime.startInstance(id);
        await runtime.killInstance(id);
        const { exitCode } = await until(id, (each) => each.state === 'exited');
        assert.equal(exitCode, 137);
        await runtime.killInstance(id);
      });

      it('disturbs and puts back, twice each; what is halted still counts as running', async () => {
        const id = await make();
        await startAndHear(id);
        const expected = {
          pause: 'paused',
          unpause: 'running',
          halt: 'running',
          continue: 'running',
        } as const;
        for (const kind of ['pause', 'unpause', 'halt', 'continue'] as const)
          for (const _ of ['once', 'again']) {
            await runtime.disturbInstance(id, { kind });
            assert.equal((await look(id)).state, expected[kind], kind);
          }
        // It hears again: it ends in order, not by SIGKILL.
        await runtime.stopInstance(id, 10_000);
        assert.equal((await look(id)).exitCode, 0);
      });

      it('disturbs neither what has ended or is gone nor what is another installation’s', async () => {
        const id = await make();
        await runtime.startInstance(id);
        await harness.other.disturbInstance(id, { kind: 'pause' });
        assert.equal((await look(id)).state, 'running');
        await runtime.killInstance(id);
        await until(id, (each) => each.state === 'exited');
        for (const kind of ['pause', 'unpause', 'halt', 'continue'] as const) {
          await runtime.disturbInstance(id, { kind });
          await runtime.disturbInstance('f'.repeat(64), { kind });
        }
        assert.equal((await look(id)).state, 'exited');
      });

      it('counts no connections of what does not run, is gone, or is another installation’s', async () => {
        const id = await make();
        assert.equal(await runtime.countConnections(id, 8080), 0);
        await runtime.startInstance(id);
        assert.equal(await harness.other.countConnections(id, 8080), 0);
        assert.equal(await runtime.countConnections('f'.repeat(64), 8080), 0);
      });

      it('shows an instance that ended by itself, and starts it again', async () => {
        const id = await make();
        await runtime.startInstance(id);
        const first = await look(id);
        await harness.crash(first);
        const ended = await until(id, (each) => each.state === 'exited');
        assert.deepEqual([ended.exitCode, ended.isOomKilled], [1, false]);
        await runtime.startInstance(id);
        const second = await look(id);
        assert.deepEqual([second.state, second.exitCode], ['running', null]);
        assert.ok((second.startedAt ?? 0) >= (first.startedAt ?? 0));
      });

      it('removes a running instance, and removing again is fine', async () => {
        const id = await make();
        await runtime.startInstance(id);
        await runtime.removeInstance(id);
        assert.ok(!(await runtime.observeInstances(app)).some((each) => each.id === id));
        await runtime.removeInstance(id);
        await runtime.stopInstance(id, 0);
        await runtime.killInstance(id);
      });

      it('frees the name with the removal', async () => {
        const wanted = spec();
        await runtime.removeInstance(await make(wanted));
        const again = await runtime.createInstance(wanted);
        made.push(again.id);
        assert.equal(again.isAdopted, false);
      });

      it('neither sees nor touches the instances of another installation', async () => {
        const id = await make();
        await runtime.startInstance(id);
        assert.deepEqual(await harness.other.observeInstances(null), []);
        await rejects(harness.other.startInstance(id), 'engine.not_found');
        await harness.other.stopInstance(id, 0);
        await harness.other.killInstance(id);
        await harness.other.removeInstance(id);
        assert.equal((await look(id)).state, 'running');
      });

      it('tells what a health check says', async () => {
        const well = await make(spec({ create: harness.healthy }));
        const ill = await make(spec({ create: harness.unhealthy }));
        await Promise.all([runtime.startInstance(well), runtime.startInstance(ill)]);
        await until(well, (each) => each.health === 'healthy');
        await until(ill, (each) => each.health === 'unhealthy');
      });

      it('says which ports are published, and which is taken', async () => {
        const published = (): InstanceSpec =>
          spec({
            create: { ExposedPorts: { '8080/tcp': {} } },
            host: {
              PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(harness.freePort) }] },
            },
          });
        const first = await make(published());
        assert.equal((await look(first)).ports, undefined);
        await runtime.startInstance(first);
        const at = { address: '127.0.0.1', publishedPort: harness.freePort };
        assert.deepEqual((await look(first)).ports, [{ port: 8080, protocol: 'tcp', ...at }]);
        const error = await rejects(runtime.startInstance(await make(published())), 'port.taken');
        assert.match(error.message, new RegExp(String(harness.freePort)));
      });

      it('stops waiting when the signal aborts', async () => {
        const signal = AbortSignal.abort();
        await rejects(runtime.observeInstances(null, signal), 'operation.cancelled');
        await rejects(runtime.createInstance(spec(), signal), 'operation.cancelled');
      });
    });

    describe('networks', () => {
      it('makes a network once, with its subnet, and sees it as its own', async () => {
        await runtime.ensureNetwork(network(0));
        await runtime.ensureNetwork(network(0));
        const seen = (await runtime.observeNetworks()).filter((each) => each.name === network(0).name);
        assert.deepEqual(seen, [{ name: network(0).name, app, subnets: [harness.subnets[0]], isOwn: true }]);
        const foreign = (await harness.other.observeNetworks()).find((each) => each.name === network(0).name);
        assert.deepEqual(foreign, { ...seen[0], app: null, isOwn: false });
        await runtime.removeNetwork(network(0).name);
        await runtime.removeNetwork(network(0).name);
        assert.ok(!(await runtime.observeNetworks()).some((each) => each.name === network(0).name));
      });

      it('lets the engine choose a subnet', async () => {
        const wanted = network(1, { subnet: null });
        await runtime.ensureNetwork(wanted);
        const seen = (await runtime.observeNetworks()).find((each) => each.name === wanted.name);
        assert.match(seen?.subnets[0] ?? '', /^\d+\.\d+\.\d+\.\d+\/\d+$/);
        await runtime.removeNetwork(wanted.name);
      });

      it('refuses the name of a foreign network, and does not remove it', async () => {
        await harness.other.ensureNetwork(network(0));
        await rejects(runtime.ensureNetwork(network(0)), 'engine.conflict');
        await runtime.removeNetwork(network(0).name);
        assert.ok((await runtime.observeNetworks()).some((each) => each.name === network(0).name));
        await harness.other.removeNetwork(network(0).name);
      });

      it('refuses a subnet that is in use', async () => {
        await runtime.ensureNetwork(network(0));
        await rejects(runtime.ensureNetwork(network(1, { subnet: harness.subnets[0] })), 'engine.conflict');
        await runtime.removeNetwork(network(0).name);
      });

      it('starts an instance on all its networks, with an address on each', async () => {
        await runtime.ensureNetwork(network(0));
        await runtime.ensureNetwork(network(1));
        const id = await make(spec({ networks: [network(0).name, network(1).name] }));
        await runtime.startInstance(id);
        const { addresses } = await look(id);
        assert.deepEqual(Object.keys(addresses).sort(compareTexts), [network(0).name, network(1).name]);
        const prefixOf = (subnet: string): string => subnet.slice(0, subnet.lastIndexOf('.') + 1);
        assert.ok(addresses[network(0).name]?.startsWith(prefixOf(harness.subnets[0])));
        assert.ok(addresses[network(1).name]?.startsWith(prefixOf(harness.subnets[1])));
        await runtime.removeInstance(id);
        await runtime.removeNetwork(network(0).name);
        await runtime.removeNetwork(network(1).name);
      });

      it('attaches and detaches a container, twice each', async () => {
        await runtime.ensureNetwork(network(2));
        await runtime.ensureNetwork(network(3));
        const wanted = spec({ networks: [network(2).name] });
        const id = await make(wanted);
        await runtime.startInstance(id);
        await runtime.attach(wanted.name, network(3).name);
        await runtime.attach(wanted.name, network(3).name);
        assert.notEqual((await look(id)).addresses[network(3).name] ?? '', '');
        await runtime.detach(wanted.name, network(3).name);
        await runtime.detach(wanted.name, network(3).name);
        assert.deepEqual(Object.keys((await look(id)).addresses), [network(2).name]);
        await runtime.detach(wanted.name, `${harness.prefix}-absent`);
        await rejects(runtime.attach(wanted.name, `${harness.prefix}-absent`), 'engine.not_found');
        await rejects(runtime.attach(`${harness.prefix}-absent`, network(3).name), 'engine.not_found');
        // With something still attached, too.
        await runtime.removeNetwork(network(2).name);
        await runtime.removeNetwork(network(3).name);
        assert.ok(!(await runtime.observeNetworks()).some((each) => each.name === network(2).name));
      });
    });

    describe('a network without use', () => {
      it('goes with the container that may be left on it, and stays while anything else runs on it', async () => {
        await runtime.ensureNetwork(network(0));
        await runtime.ensureNetwork(network(1));
        const [router, other] = [
          spec({ networks: [network(1).name] }),
          spec({ networks: [network(0).name] }),
        ];
        const ids = [await make(router), await make(other)];
        for (const id of ids) await runtime.startInstance(id);
        await runtime.attach(router.name, network(0).name);
        const names = async (): Promise<string[]> =>
          (await runtime.observeNetworks()).map(({ name }) => name);
        assert.equal(await runtime.removeIdleNetwork(network(0).name, router.name), false);
        assert.ok((await names()).includes(network(0).name));
        assert.notEqual((await look(ids[0] ?? '')).addresses[network(0).name] ?? '', '');
        await runtime.removeInstance(ids[1] ?? '');
        assert.equal(await runtime.removeIdleNetwork(network(0).name, router.name), true);
        assert.equal(await runtime.removeIdleNetwork(network(0).name, router.name), true);
        assert.ok(!(await names()).includes(network(0).name));
        assert.equal((await look(ids[0] ?? '')).state, 'running');
        await runtime.removeInstance(ids[0] ?? '');
        await runtime.removeNetwork(network(1).name);
      });

      it('is not touched when it is another installation’s', async () => {
        await harness.other.ensureNetwork(network(0));
        assert.equal(await runtime.removeIdleNetwork(network(0).name, 'none'), true);
        assert.ok((await runtime.observeNetworks()).some((each) => each.name === network(0).name));
        await harness.other.removeNetwork(network(0).name);
      });
    });

    describe('volumes', () => {
      it('makes a volume once and removes it once', async () => {
        const wanted = { name: `${harness.prefix}-data`, app };
        await runtime.ensureVolume(wanted);
        await runtime.ensureVolume(wanted);
        await rejects(harness.other.ensureVolume(wanted), 'engine.conflict');
        await harness.other.removeVolume(wanted.name);
        await runtime.ensureVolume(wanted);
        await runtime.removeVolume(wanted.name);
        await runtime.removeVolume(wanted.name);
        await harness.other.ensureVolume(wanted);
        await harness.other.removeVolume(wanted.name);
      });

      it('does not remove a volume that an instance uses', async () => {
        const name = `${harness.prefix}-used`;
        await runtime.ensureVolume({ name, app });
        const id = await make(
          spec({ host: { Mounts: [{ Type: 'volume', Source: name, Target: '/data' }] } }),
        );
        await rejects(runtime.removeVolume(name), 'engine.conflict');
        await runtime.removeInstance(id);
        await runtime.ensureVolume({ name, app });
        await runtime.removeVolume(name);
      });
    });

    describe('what is not its own', () => {
      it('is found by its whole name, and is known as foreign or own', async () => {
        const wanted = network(0);
        assert.equal(await runtime.findForeign('network', wanted.name), null);
        await runtime.ensureNetwork(wanted);
        assert.deepEqual(await runtime.findForeign('network', wanted.name), { isOwn: true, app });
        assert.deepEqual(await harness.other.findForeign('network', wanted.name), {
          isOwn: false,
          app: null,
        });
        assert.equal(await runtime.findForeign('network', wanted.name.slice(0, -1)), null);
        await runtime.removeNetwork(wanted.name);
        const made1 = spec();
        await make(made1);
        assert.deepEqual(await runtime.findForeign('container', made1.name), { isOwn: true, app });
        assert.equal(await runtime.findForeign('volume', `${harness.prefix}-none`), null);
      });

      it('is neither written to nor entered', async () => {
        const id = await make();
        const file = { path: '/f', mode: 0o444, text: 'x' };
        await rejects(harness.other.putFiles(id, [file]), 'engine.not_found');
        await rejects(harness.other.runCommand(id, { command: ['a'] }), 'engine.not_found');
      });
    });

    describe('images', () => {
      it('resolves a local image to its id, by name and by id', async () => {
        const byName = await runtime.resolveImage({ ref: harness.image, pull: 'missing' });
        assert.match(byName.imageId, /^sha256:[0-9a-f]{64}$/);
        assert.deepEqual(byName, { ref: harness.image, imageId, repoDigest: null });
        const byId = await runtime.resolveImage({ ref: imageId, pull: 'missing' });
        assert.deepEqual(byId, { ref: imageId, imageId, repoDigest: null });
      });

      it('says that an image is not there', async () => {
        await rejects(
          runtime.resolveImage({ ref: 'crane.invalid/absent:1', pull: 'never' }),
          'image.not_found',
        );
        await rejects(runtime.imageFacts(`sha256:${'ab'.repeat(32)}`), 'image.not_found');
      });

      it('refuses a name that is none', async () => {
        await rejects(runtime.resolveImage({ ref: '../Etc', pull: 'never' }), 'input.invalid');
      });

      it('tells what the image says of itself', async () => {
        const facts = await runtime.imageFacts(imageId);
        assert.equal(facts.imageId, imageId);
        assert.deepEqual([facts.user, facts.hasHealthcheck], ['65534:65534', false]);
        assert.ok(facts.sizeBytes > 0 && facts.environment.some((each) => each.startsWith('PATH=')));
      });

      it('saves an image, and stops when the reader does', async () => {
        for await (const chunk of runtime.saveImage(imageId)) {
          assert.ok(chunk.length > 0);
          break;
        }
      });
    });

    describe('logs', () => {
      const all = { follow: false, tail: null, sinceMs: null };

      it('gives the lines with the time and the name asked for', async () => {
        const id = await make();
        await runtime.startInstance(id);
        const [line] = await eventually(async () => {
          const lines = await Array.fromAsync(runtime.logs(id, 'web-1-1', all));
          return lines.length > 0 ? lines : null;
        });
        assert.equal(line?.instance, 'web-1-1');
        assert.ok(Math.abs((line?.at ?? 0) - Date.now()) < 60_000);
        assert.ok(line !== undefined && line.text.length > 0 && !/^\d{4}-\d\d-\d\dT/.test(line.text));
        assert.deepEqual(await Array.fromAsync(runtime.logs(id, 'x', { ...all, tail: 0 })), []);
        assert.equal((await Array.fromAsync(runtime.logs(id, 'x', { ...all, tail: 1 }))).length, 1);
        const later = { ...all, sinceMs: Date.now() + 3_600_000 };
        assert.deepEqual(await Array.fromAsync(runtime.logs(id, 'x', later)), []);
      });

      it('follows until the instance stops', async () => {
        const id = await make();
        await runtime.startInstance(id);
        const lines: LogLine[] = [];
        const reading = (async () => {
          for await (const line of runtime.logs(id, 'x', { ...all, follow: true })) lines.push(line);
        })();
        await eventually(async () => (lines.length > 0 ? true : null));
        await runtime.stopInstance(id, 10_000);
        await reading;
      });

      it('stops following when the signal aborts or the reader leaves', async () => {
        const id = await make();
        await runtime.startInstance(id);
        const stop = new AbortController();
        for await (const _ of runtime.logs(id, 'x', { ...all, follow: true }, stop.signal)) stop.abort();
        const reader = runtime.logs(id, 'x', { ...all, follow: true })[Symbol.asyncIterator]();
        await reader.next();
        const pending = reader.next();
        await reader.return?.();
        assert.equal((await pending).done, true);
      });

      it('has no lines of what is gone or foreign', async () => {
        assert.deepEqual(await Array.fromAsync(runtime.logs('f'.repeat(64), 'x', all)), []);
        const id = await make();
        await runtime.startInstance(id);
        assert.deepEqual(await Array.fromAsync(harness.other.logs(id, 'x', all)), []);
      });
    });

    describe('events', () => {
      it('tells of own instances only, until the signal aborts', async () => {
        const stop = new AbortController();
        const told: RuntimeEvent[] = [];
        const foreign: RuntimeEvent[] = [];
        const watching = Promise.all([
          collect(runtime.watch(stop.signal), told),
          collect(harness.other.watch(stop.signal), foreign),
        ]);
        const wanted = spec();
        const id = await make(wanted);
        await runtime.startInstance(id);
        await runtime.killInstance(id);
        await runtime.removeInstance(id);
        const kindsOf = (): string[] => told.filter((event) => event.id === id).map((event) => event.kind);
        await eventually(async () => (kindsOf().includes('removed') ? true : null));
        const lifecycle = ['created', 'started', 'died', 'removed'];
        assert.deepEqual(
          kindsOf().filter((kind) => lifecycle.includes(kind)),
          lifecycle,
        );
        const died = told.find((event) => event.id === id && event.kind === 'died');
        assert.deepEqual([died?.app, died?.instance], [app, wanted.name]);
        assert.ok(Math.abs((died?.at ?? 0) - Date.now()) < 60_000);
        assert.deepEqual(
          foreign.filter((event) => event.id === id),
          [],
        );
        stop.abort();
        await watching;
      });

      it('sees each change at the next look while it watches', async () => {
        const stop = new AbortController();
        const told: RuntimeEvent[] = [];
        const watching = collect(runtime.watch(stop.signal), told);
        const id = await make();
        for (let round = 0; round < 3; round += 1) {
          await runtime.startInstance(id);
          const { startedAt } = await until(id, (each) => each.state === 'running' && each.exitCode === null);
          await runtime.killInstance(id);
          const ended = await until(id, (each) => each.state === 'exited');
          assert.equal(ended.exitCode, 137);
          await startAndHear(id);
          await until(id, (each) => each.state === 'running' && (each.startedAt ?? 0) > (startedAt ?? 0) - 1);
          await runtime.stopInstance(id, 10_000);
          assert.equal((await until(id, (each) => each.exitCode === 0)).state, 'exited');
        }
        stop.abort();
        await watching;
      });
    });
  });
}

type SpecChanges = {
  create?: Partial<EngineCreate>;
  host?: EngineCreate['HostConfig'];
  networks?: readonly string[];
};

function makeSpec(
  { prefix, imageId, slot }: { prefix: string; imageId: string; slot: number },
  { create = {}, host = {}, networks = [] }: SpecChanges,
): InstanceSpec {
  const [first, ...more] = networks;
  const specHash = `hash-${slot}`;
  return {
    name: instanceName(prefix, { app, service: 'web', release: 1, slot }),
    specHash,
    moreNetworks: Object.fromEntries(more.map((name) => [name, { Aliases: ['web'] }])),
    create: {
      Image: imageId,
      Labels: {
        'crane.app': app,
        'crane.service': 'web',
        'crane.release': '1',
        'crane.slot': String(slot),
        'crane.spec': specHash,
      },
      ...create,
      HostConfig: {
        NetworkMode: first ?? 'bridge',
        RestartPolicy: { Name: 'no' },
        LogConfig: { Type: 'json-file', Config: {} },
        ...create.HostConfig,
        ...host,
      },
      ...(first === undefined
        ? {}
        : { NetworkingConfig: { EndpointsConfig: { [first]: { Aliases: ['web'] } } } }),
    },
  };
}

function withHash(spec: InstanceSpec, specHash: string): InstanceSpec {
  return {
    ...spec,
    specHash,
    create: { ...spec.create, Labels: { ...spec.create.Labels, 'crane.spec': specHash } },
  };
}

async function collect(events: AsyncIterable<RuntimeEvent>, into: RuntimeEvent[]): Promise<void> {
  for await (const event of events) into.push(event);
}

async function rejects(action: Promise<unknown>, code: ErrorCode): Promise<CraneError> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof CraneError) || error.code !== code)
      assert.fail(
        `expected ${code}, got ${error instanceof CraneError ? `${error.code}: ` : ''}${String(error)}`,
      );
    return error;
  }
  return assert.fail(`expected ${code}, but nothing was thrown`);
}

/** Asks again until there is an answer; null = not yet. */
async function eventually<T>(ask: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    assert.ok(Date.now() < deadline, `nothing happened within ${patienceMs} ms`);
    await delay(20);
  }
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function compareFlags(a: boolean, b: boolean): number {
  return Number(a) - Number(b);
}
