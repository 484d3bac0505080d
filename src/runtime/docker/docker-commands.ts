import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import { demultiplex } from './client/demultiplex.ts';
import { isOwnId } from './find-own.ts';
import { renderTar } from './render-tar.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** What a command says is kept up to this length; a hook that says more has said enough. */
const outputBytes = 64 * 1024;
/** The engine ends the stream before it knows the exit code. */
const looks = 40;
const lookMs = 50;

/** Calls that reach into an own instance. */
export function createCommandCalls(
  context: RuntimeContext & {
    /** Milliseconds since the epoch. */
    now: () => number;
    wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  },
): Pick<Runtime, 'putFiles' | 'runCommand'> {
  const { client, now, wait } = context;
  async function requireOwn(id: string, signal?: AbortSignal): Promise<void> {
    if (!(await isOwnId(context, id, signal)))
      throw new CraneError('engine.not_found', `Instance ${id} does not exist.`);
  }

  async function exitCodeOf(exec: string, signal?: AbortSignal): Promise<number> {
    for (let look = 0; look < looks; look += 1) {
      const { isRunning, exitCode } = await client.execs.inspect(exec, signal);
      if (!isRunning && exitCode !== null) return exitCode;
      await wait(lookMs, signal);
    }
    throw new CraneError('engine.timed_out', 'The engine does not say how a command ended.');
  }

  return {
    async putFiles(id, files, signal) {
      if (files.length === 0) return;
      await requireOwn(id, signal);
      await client.containers.putArchive(id, '/', once(await renderTar(files, now())), signal);
    },

    async runCommand(id, { command, user, workingDirectory, environment, isPrivileged }, signal) {
      await requireOwn(id, signal);
      const exec = await client.execs.create(
        id,
        {
          command,
          hasTty: false,
          hasInput: false,
          ...(user === undefined ? {} : { user }),
          ...(workingDirectory === undefined ? {} : { workingDir: workingDirectory }),
          ...(environment === undefined ? {} : { environment }),
          ...(isPrivileged === undefined ? {} : { isPrivileged }),
        },
        signal,
      );
      const stream = await client.execs.start(exec, { hasTty: false }, signal);
      let output = Buffer.alloc(0);
      for await (const { bytes } of demultiplex(stream.output, 'Run a command'))
        output = Buffer.concat([output, bytes]).subarray(-outputBytes);
      return { exitCode: await exitCodeOf(exec, signal), output: output.toString('utf8') };
    },
  };
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
