import { CraneError } from '../../core/error/crane-error.ts';
import type { Clock } from '../../core/port/clock.ts';
import type {
  ExecRequest,
  InstanceSession,
  InstanceSessions,
  OutputChunk,
} from '../../core/port/instance-session.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { ContainerDetails } from './client/container-reply.ts';
import { demultiplex, plainOutput } from './client/demultiplex.ts';
import type { AttachedStream } from './client/execs-api.ts';
import { isOwn } from './docker-labels.ts';
import { accept, orNull } from './error-answers.ts';
import { signalProcess } from './end-process.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** What shells give for a process that was killed; nobody can be asked when the instance is gone. */
const killedExitCode = 137;
/** Between hanging up on a command and killing it. */
const hangUpMs = 2_000;
/** How long the engine may take to note that a command ended whose output has. */
const endedMs = 5_000;
/** How long it may take to start one. */
const startedMs = 30_000;
const lookMs = 20;
/** Ending a command goes on after a cancellation, but not for ever. */
const closeMs = 10_000;
/** Longest message of a start that failed. */
const maxMessageBytes = 4_096;

type SessionContext = Pick<RuntimeContext, 'client' | 'installation'> & {
  clock: Pick<Clock, 'monotonic' | 'wait'>;
  startInstance: Runtime['startInstance'];
};

export function createSessionCalls(context: SessionContext): InstanceSessions {
  const { client } = context;
  return {
    async exec(id, request, signal) {
      await requireRunning(context, id, signal);
      const exec = await prepare(context, id, request, signal);
      const stream = await client.execs.start(exec, { hasTty: request.hasTty }, signal);
      try {
        const output = readOutput(stream, request.hasTty, 'Read the output of a command');
        await requireStarted(context, exec, { output, request, signal });
        if (request.hasTty && request.size !== null)
          await accept(client.execs.resize(exec, request.size, signal), () => true);
        return execSession(context, { container: id, exec, stream, output });
      } catch (error) {
        stream.close();
        throw error;
      }
    },

    async processes(id, signal) {
      await requireRunning(context, id, signal);
      try {
        return await client.containers.top(id, signal);
      } catch (error) {
        throw asNotRunning(error, id);
      }
    },

    async attachSession(id, { hasTty, hasInput }, signal) {
      const details = await orNull(client.containers.inspect(id, signal));
      if (details === null || !isOwn(details.labels, context.installation)) throw notRunning(id);
      const stream = await client.execs.attach(id, { hasInput, hasPast: false }, signal);
      return {
        ...streamsOf(stream),
        start: async (late) => {
          try {
            await context.startInstance(id, late);
          } catch (error) {
            throw ofStart(error);
          }
        },
        output: readOutput(stream, hasTty, 'Read the output of an instance'),
        resize: (size) =>
          accept(client.execs.resizeContainer(id, size, AbortSignal.timeout(closeMs)), () => true),
        exitCode: async () => {
          const ended = await orNull(client.containers.wait(id, AbortSignal.timeout(closeMs)));
          return ended?.exitCode ?? killedExitCode;
        },
        close: async () => stream.close(),
      };
    },
  };
}

function streamsOf(stream: AttachedStream): Pick<InstanceSession, 'write' | 'endInput'> {
  return {
    // A command may end before it has read everything.
    write: (bytes) => stream.write(bytes).catch(() => undefined),
    endInput: () => stream.endInput(),
  };
}

async function prepare(
  { client }: SessionContext,
  id: string,
  request: ExecRequest,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    return await client.execs.create(
      id,
      {
        command: request.command,
        hasTty: request.hasTty,
        hasInput: request.hasInput,
        environment: request.environment,
        ...(request.user === null ? {} : { user: request.user }),
        ...(request.workingDir === null ? {} : { workingDir: request.workingDir }),
      },
      signal,
    );
  } catch (error) {
    throw asNotRunning(error, id);
  }
}

/** It stopped meanwhile. */
function asNotRunning(error: unknown, id: string): unknown {
  const isNot =
    error instanceof CraneError &&
    (error.code === 'engine.not_found' || /is (not running|paused|restarting)/i.test(error.message));
  return isNot ? notRunning(id, error) : error;
}

async function requireRunning(
  { client, installation }: SessionContext,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const details: ContainerDetails | null = await orNull(client.containers.inspect(id, signal));
  if (details === null || !isOwn(details.labels, installation) || !details.isRunning) throw notRunning(id);
}

function notRunning(id: string, cause?: unknown): CraneError {
  return new CraneError(
    'instance.not_running',
    { message: `Instance ${id.slice(0, 12)} does not run.`, fix: 'Look at: crane ps' },
    { cause },
  );
}

/**
 * Resolves when the command runs, or did. The engine tells why nothing could be started as if the command had said it; the process number
 * it never got tells them apart.
 */
async function requireStarted(
  { client, clock }: SessionContext,
  exec: string,
  {
    output,
    request,
    signal,
  }: { output: AsyncIterable<OutputChunk>; request: ExecRequest; signal: AbortSignal | undefined },
): Promise<void> {
  const deadline = clock.monotonic() + startedMs;
  for (;;) {
    const details = await orNull(client.execs.inspect(exec, signal));
    if (details === null || details.pid !== 0) return;
    // It counts as running before there is a process.
    if (!details.isRunning && details.exitCode !== null) break;
    if (clock.monotonic() > deadline)
      throw new CraneError('engine.timed_out', `The command did not start within ${startedMs / 1000} s.`);
    await clock.wait(lookMs, signal);
  }
  let text = '';
  for await (const { bytes } of output)
    if (text.length < maxMessageBytes) text += Buffer.from(bytes).toString('utf8');
  throw startFailure(text.trim(), request.command[0] ?? '');
}

/** `OCI runtime exec failed: exec failed: unable to start container process: exec: "x": …: unknown`. */
/** The engine refuses to start a container whose program it does not find; other failures are its own. */
function ofStart(error: unknown): unknown {
  if (
    !(error instanceof CraneError) ||
    !/OCI runtime create failed|executable file not found/i.test(error.message)
  )
    return error;
  return startFailure(error.message, /exec: "([^"]*)"/.exec(error.message)?.[1] ?? '');
}

function startFailure(text: string, program: string): CraneError {
  const reason = text
    .replace(/^.*?unable to start container process: /s, '')
    .replace(/^(Start container \S+: )?OCI runtime (exec|create) failed: /, '')
    .replace(/(: unknown)?\.?$/, '');
  if (/executable file not found|exec: .*no such file or directory/i.test(reason))
    return new CraneError('command.not_found', {
      message: `The instance has no command ${JSON.stringify(program)}.`,
      fix: 'Name a program that its image has; many images have no shell.',
    });
  return new CraneError('command.not_runnable', {
    message: `The command ${JSON.stringify(program)} could not be started: ${reason || 'the engine does not say why'}.`,
    fix: 'Compare the command, the user and the folder with what is in the image.',
  });
}

async function* readOutput(
  stream: AttachedStream,
  hasTty: boolean,
  what: string,
): AsyncGenerator<OutputChunk, void, undefined> {
  const pieces = hasTty ? plainOutput(stream.output) : demultiplex(stream.output, what);
  for await (const { stream: name, bytes } of pieces) if (bytes.length > 0) yield { stream: name, bytes };
}

function execSession(
  { client, clock }: SessionContext,
  {
    container,
    exec,
    stream,
    output,
  }: { container: string; exec: string; stream: AttachedStream; output: AsyncIterable<OutputChunk> },
): InstanceSession {
  const look = () => orNull(client.execs.inspect(exec, AbortSignal.timeout(closeMs)));
  return {
    ...streamsOf(stream),
    output,
    resize: (size) => accept(client.execs.resize(exec, size, AbortSignal.timeout(closeMs)), () => true),
    exitCode: async () => {
      const deadline = clock.monotonic() + endedMs;
      for (;;) {
        const details = await look();
        if (details === null) return killedExitCode;
        if (!details.isRunning || clock.monotonic() > deadline) return details.exitCode ?? killedExitCode;
        await clock.wait(lookMs);
      }
    },
    close: async () => {
      stream.close();
      const details = await look().catch(() => null);
      if (details === null || !details.isRunning) return;
      if (!(await signalProcess(details.pid, container, 'SIGHUP'))) return;
      await clock.wait(hangUpMs);
      await signalProcess(details.pid, container, 'SIGKILL');
    },
  };
}
