import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { pack, type Header } from 'tar-stream';
import type { ExecRequest, InstanceSession } from '../core/port/instance-session.ts';
import type { Runtime } from '../core/port/runtime.ts';

export type SessionHarness = {
  runtime: Runtime;
  /** Another installation on the same engine. */
  other: Runtime;
  /**
   * A running instance, or one that is only created and whose own program is this command. `isBare`: the words are the whole command.
   * `isOneOff`: it carries the label of a one-off instead of a slot.
   */
  start(): Promise<string>;
  create(program: readonly string[], isBare?: boolean, isOneOff?: boolean): Promise<string>;
  /** Before the words of a program: `say OUT ERR CODE`, `cat`, `env`, `sleep`. */
  program: readonly string[];
  close(): Promise<void>;
};

/** What every runtime keeps about commands in instances. */
export function describeSessionContract(name: string, create: () => Promise<SessionHarness>): void {
  describe(name, () => {
    let harness: SessionHarness;
    let runtime: Runtime;
    let id: string;
    before(async () => {
      harness = await create();
      ({ runtime } = harness);
      id = await harness.start();
    });
    after(async () => harness?.close());
    const ask = (words: readonly string[], change: Partial<ExecRequest> = {}): ExecRequest => ({
      command: [...harness.program, ...words],
      hasTty: false,
      hasInput: false,
      environment: [],
      user: null,
      workingDir: null,
      size: null,
      ...change,
    });

    it('keeps both outputs apart and gives the exit code of the command', async () => {
      const session = await runtime.exec(id, ask(['say', 'to out', 'to err', '7']));
      assert.deepEqual(await readAll(session), { stdout: 'to out\n', stderr: 'to err\n' });
      assert.equal(await session.exitCode(), 7);
      await session.close();
    });

    it('passes input on, up to its end', async () => {
      const session = await runtime.exec(id, ask(['cat'], { hasInput: true }));
      await session.write(Buffer.from('one '));
      await session.write(Buffer.from('two'));
      session.endInput();
      assert.deepEqual(await readAll(session), { stdout: 'one two', stderr: '' });
      assert.equal(await session.exitCode(), 0);
    });

    it('sets variables of the environment', async () => {
      const session = await runtime.exec(id, ask(['env'], { environment: ['COLOUR=dark red'] }));
      assert.match((await readAll(session)).stdout, /^COLOUR=dark red$/m);
    });

    it('a command that is not there is an error of its own', async () => {
      await assert.rejects(runtime.exec(id, ask([], { command: ['/no-such-program'] })), {
        code: 'command.not_found',
      });
    });

    it('a command in what does not run, is gone or is foreign is refused', async () => {
      const stopped = await harness.create(['sleep']);
      for (const unfit of [stopped, 'f'.repeat(64)])
        await assert.rejects(runtime.exec(unfit, ask(['cat'])), { code: 'instance.not_running' });
      await assert.rejects(harness.other.exec(id, ask(['cat'])), { code: 'instance.not_running' });
      await runtime.removeInstance(stopped);
    });

    it('lists the processes of what runs, and of nothing else', async () => {
      const { titles, processes } = await runtime.processes(id);
      assert.ok(titles.includes('PID') && titles.includes('CMD'), titles.join(' '));
      assert.equal(processes.length, 1);
      assert.equal(processes[0]?.length, titles.length);
      await assert.rejects(runtime.processes('f'.repeat(64)), { code: 'instance.not_running' });
      await assert.rejects(harness.other.processes(id), { code: 'instance.not_running' });
    });

    it('files go in and come out as tars, and what leads out is refused', async () => {
      await runtime.writeArchive(id, '/', tarOf({ name: 'given.txt' }, 'some text'));
      const parts: Uint8Array[] = [];
      for await (const part of runtime.readArchive(id, '/given.txt')) parts.push(part);
      const tar = Buffer.concat(parts).toString();
      assert.ok(tar.startsWith('given.txt') && tar.includes('some text'), tar.slice(0, 100));
      for (const name of ['/given.txt', 'a/../../b'])
        await assert.rejects(runtime.writeArchive(id, '/', tarOf({ name }, 'x')), { code: 'input.invalid' });
      const device = tarOf({ name: 'null', type: 'character-device' });
      await assert.rejects(runtime.writeArchive(id, '/', device), { code: 'input.invalid' });
      const noTar = Readable.from([Buffer.from('nonsense '.repeat(200))]);
      await assert.rejects(runtime.writeArchive(id, '/', noTar), { code: 'input.malformed' });
    });

    it('files of a place or an instance that is not there are refused', async () => {
      const read = async (of: Runtime, at: string, path: string): Promise<void> => {
        for await (const _part of of.readArchive(at, path));
      };
      await assert.rejects(read(runtime, id, '/nowhere'), { code: 'instance.path_not_found' });
      const given = tarOf({ name: 'a' }, 'x');
      await assert.rejects(runtime.writeArchive(id, '/nowhere', given), { code: 'instance.path_not_found' });
      await assert.rejects(read(harness.other, id, '/'), { code: 'instance.not_running' });
      await assert.rejects(read(runtime, 'f'.repeat(64), '/'), { code: 'instance.not_running' });
    });

    it('a command ends with its instance', async () => {
      const short = await harness.start();
      const session = await runtime.exec(short, ask(['sleep']));
      const read = readAll(session);
      await runtime.killInstance(short);
      assert.deepEqual(await read, { stdout: '', stderr: '' });
      assert.equal(await session.exitCode(), 137);
      await runtime.removeInstance(short);
    });

    it('letting go of a command ends its output', async () => {
      const session = await runtime.exec(id, ask(['sleep'], { hasInput: true }));
      const read = readAll(session);
      await session.close();
      await read;
    });

    it('an instance whose program is not there cannot be started', async () => {
      const made = await harness.create(['/no-such-program'], true);
      const session = await runtime.attachSession(made, { hasTty: false, hasInput: false });
      await assert.rejects(session.start(), { code: 'command.not_found' });
      await session.close();
      await runtime.removeInstance(made);
    });

    it('a one-off is in a list of its own, not among the instances', async () => {
      const made = await harness.create(['sleep'], false, true);
      const of = async (app: string | null): Promise<string[]> =>
        (await runtime.observeOneOffs(app)).map((item) => item.id);
      assert.deepEqual([await of('shop-1'), await of(null), await of('other-2')], [[made], [made], []]);
      assert.equal(
        (await runtime.observeInstances('shop-1')).some((item) => item.id === made),
        false,
      );
      assert.deepEqual(await harness.other.observeOneOffs(null), []);
      await runtime.removeInstance(made);
      assert.deepEqual(await of(null), []);
    });

    it("an instance's own program can be attached to from its first byte on", async () => {
      const made = await harness.create(['say', 'to out', 'to err', '3']);
      const session = await runtime.attachSession(made, { hasTty: false, hasInput: false });
      await session.start();
      const { stdout, stderr } = await readAll(session);
      assert.match(stdout, /to out\n$/);
      assert.equal(stderr, 'to err\n');
      assert.equal(await session.exitCode(), 3);
      await session.close();
      await runtime.removeInstance(made);
    });
  });
}

async function readAll(session: InstanceSession): Promise<{ stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for await (const { stream, bytes } of session.output) texts[stream] += Buffer.from(bytes).toString('utf8');
  return texts;
}

function tarOf(header: Partial<Header> & { name: string }, text?: string): AsyncIterable<Uint8Array> {
  const archive = pack();
  if (text === undefined) archive.entry(header);
  else archive.entry(header, text);
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}
