import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BuildLine } from '../../src/runtime/docker/client/build-image.ts';
import { demultiplex } from '../../src/runtime/docker/client/demultiplex.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { createDockerRuntime } from '../../src/runtime/docker/docker-runtime.ts';
import { openTestEngine, removeLeftovers, uniquePrefix } from '../factories/docker-engine.ts';
import { buildProbeImage, probeImage, tarOf } from '../factories/probe-image.ts';

describe('the engine client on a real engine', () => {
  let client: EngineClient;
  const installation = uniquePrefix();
  const labels = { 'crane.instance': installation };

  before(async () => {
    client = await openTestEngine();
    await buildProbeImage(client);
  });
  after(async () => {
    if (client === undefined) return;
    const left = await removeLeftovers(client, installation);
    await client.images.remove(probeImage, { force: true }).catch(() => undefined);
    client.close();
    assert.deepEqual(left, []);
  });

  /** A running container of the probe, removed afterwards. */
  async function withContainer(
    command: readonly string[],
    use: (id: string) => Promise<void>,
    hasTty = false,
  ): Promise<void> {
    const { id } = await client.containers.create({
      name: `${installation}-${Math.random().toString(36).slice(2, 8)}`,
      create: {
        Image: probeImage,
        Cmd: [...command],
        Tty: hasTty,
        Labels: labels,
        HostConfig: { NetworkMode: 'none' },
      },
    });
    try {
      await client.containers.start(id);
      await use(id);
    } finally {
      await client.containers.remove(id, { force: true, volumes: true });
    }
  }

  async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    return Buffer.concat(await Array.fromAsync(chunks)).toString();
  }

  it('speaks a version both know, and tells it', async () => {
    assert.match(await client.system.ping(), /^1\.(4[1-9]|5[0-2])$/);
    assert.equal(await client.apiVersion(), await client.system.ping());
  });

  it('runs a command in a container: input, both outputs, exit code', async () => {
    await withContainer(['sleep'], async (id) => {
      const exec = await client.execs.create(id, {
        command: ['/probe', 'cat'],
        hasTty: false,
        hasInput: true,
      });
      const stream = await client.execs.start(exec, { hasTty: false });
      await stream.write(Buffer.from('hello '));
      await stream.write(Buffer.from('there'));
      stream.endInput();
      const pieces = await Array.fromAsync(demultiplex(stream.output, 'test'));
      assert.equal(Buffer.concat(pieces.map((piece) => piece.bytes)).toString(), 'hello there');
      const failing = await client.execs.create(id, {
        command: ['/probe', 'say', 'out', 'err', '7'],
        hasTty: false,
        hasInput: false,
      });
      const output = await Array.fromAsync(
        demultiplex((await client.execs.start(failing, { hasTty: false })).output, 'test'),
      );
      const said = output.map(({ stream, bytes }) => `${stream} ${Buffer.from(bytes).toString()}`);
      assert.deepEqual(said.sort(), ['stderr err\n', 'stdout out\n']);
      assert.deepEqual(await client.execs.inspect(failing).then(({ exitCode }) => exitCode), 7);
    });
  });

  it('gives a terminal that can be resized and echoes', async () => {
    await withContainer(['sleep'], async (id) => {
      const exec = await client.execs.create(id, {
        command: ['/probe', 'cat'],
        hasTty: true,
        hasInput: true,
      });
      const stream = await client.execs.start(exec, { hasTty: true });
      await client.execs.resize(exec, { rows: 40, columns: 120 });
      await stream.write(Buffer.from('hi\r'));
      let seen = '';
      for await (const chunk of stream.output) {
        seen += Buffer.from(chunk).toString();
        if (seen.includes('hi\r\nhi\r\n')) break;
      }
      assert.match(seen, /hi\r\nhi\r\n/);
    });
  });

  it('ends an attached stream when the signal aborts', async () => {
    await withContainer(['say-and-sleep'], async (id) => {
      const stop = new AbortController();
      const stream = await client.execs.attach(id, { hasInput: false, hasPast: true }, stop.signal);
      for await (const _ of stream.output) stop.abort();
      assert.equal((await client.containers.inspect(id)).isRunning, true);
    });
  });

  it('copies a file into a container and out again', async () => {
    await withContainer(['sleep'], async (id) => {
      await client.containers.putArchive(id, '/', tarOf({ note: Buffer.from('copied') }));
      assert.match(await textOf(client.containers.getArchive(id, '/note')), /copied/);
    });
  });

  it('reads logs of a terminal, of bytes that are no UTF-8, and of long lines', async () => {
    const runtime = createDockerRuntime({ client, installation });
    const logsOf = async (id: string): Promise<{ text: string; at: number | null; stream: string }[]> => {
      await client.containers.wait(id);
      return Array.fromAsync(runtime.logs(id, 'x', { follow: false, tail: null, sinceMs: null }));
    };
    const terminal = true;
    await withContainer(
      ['say', 'one', 'two', '0'],
      async (id) => {
        const lines = await logsOf(id);
        assert.deepEqual(lines.map(({ text }) => text).sort(), ['one', 'two']);
        assert.ok(lines.every(({ at }) => Math.abs((at ?? 0) - Date.now()) < 60_000));
      },
      terminal,
    );
    await withContainer(['bytes'], async (id) => {
      assert.deepEqual(
        (await logsOf(id)).map(({ text }) => text),
        ['bad \ufffd\ufffd end'],
      );
    });
    await withContainer(['long', '40000'], async (id) => {
      assert.deepEqual(
        (await logsOf(id)).map(({ text }) => text),
        ['x'.repeat(40_000)],
      );
    });
    await withContainer(['long', '300000'], async (id) => {
      const [line] = await logsOf(id);
      assert.equal(line?.text, `${'x'.repeat(65_536)} … (234464 more bytes)`);
    });
    await withContainer(['say', 'to out', 'to err', '0'], async (id) => {
      const lines = (await logsOf(id)).map(({ stream, text }) => `${stream} ${text}`);
      assert.deepEqual(lines.sort(), ['stderr to err', 'stdout to out']);
    });
  });

  it('samples what a container uses', async () => {
    await withContainer(['sleep'], async (id) => {
      const { memory, pids, at } = await client.containers.stats(id);
      assert.ok(memory.usedBytes > 0 && memory.limitBytes > 0 && pids > 0 && at !== null);
      for await (const sample of client.containers.streamStats(id)) {
        assert.ok(sample.cpu.totalNs > 0);
        break;
      }
      const { processes } = await client.containers.top(id);
      assert.ok(processes.some((row) => row.includes('/probe sleep')));
    });
  });

  it('says what a build says, also when it fails', async () => {
    const build = async (dockerfile: string, tags: readonly string[]): Promise<BuildLine[]> =>
      Array.fromAsync(
        client.images.build({ tar: tarOf({ Dockerfile: Buffer.from(dockerfile) }), tags, labels }),
      );
    const lines = await build(`FROM ${probeImage}\nLABEL x=y\n`, [`${probeImage}-labelled`]);
    assert.ok(lines.some((line) => line.kind === 'text' && line.text.includes('LABEL x=y')));
    const [found] = await client.images.list({
      filters: { label: [`crane.instance=${installation}`, 'x=y'] },
    });
    assert.deepEqual(found?.tags, [`${probeImage}-labelled`]);
    assert.equal(lines.at(-1)?.kind, 'built');
    await client.images.remove(`${probeImage}-labelled`);
    await assert.rejects(build(`FROM ${probeImage}\nCOPY absent /\n`, []), {
      code: 'image.build_failed',
      message: /absent/,
    });
    await assert.rejects(build('NONSENSE\n', []), { message: /NONSENSE/i });
  });

  it('gives back the error of the build context that the caller streams', async () => {
    const broken = (async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.alloc(512);
      throw new Error('the disk is gone');
    })();
    const building = Array.fromAsync(client.images.build({ tar: broken, tags: [] }));
    await assert.rejects(building, /the disk is gone/);
  });

  it('saves an image and loads it again', async () => {
    const name = `${probeImage}-saved`;
    await client.images.tag(probeImage, name);
    const tar = await Array.fromAsync(client.images.save([name]));
    await client.images.remove(name);
    assert.equal(await client.images.find(name), null);
    const loaded = await client.images.load(
      (async function* () {
        yield* tar;
      })(),
    );
    assert.deepEqual(loaded, [name]);
    await client.images.remove(name);
  });

  it('answers short calls while many streams are open', async () => {
    const stop = new AbortController();
    const opened = Promise.withResolvers<void>();
    let open = 0;
    const onOpen = (): void => {
      open += 1;
      if (open === 24) opened.resolve();
    };
    const streams = Array.from({ length: 24 }, async () => {
      await Array.fromAsync(client.system.events({ onOpen }, stop.signal));
    });
    await opened.promise;
    assert.notEqual((await client.system.version()).version, '');
    stop.abort();
    const ends = await Promise.allSettled(streams);
    assert.ok(ends.every((end) => end.status === 'rejected' && end.reason.code === 'operation.cancelled'));
  });
});
