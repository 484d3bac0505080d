import { CraneError } from '../../core/error/crane-error.ts';
import type { ExecRequest, InstanceSession, InstanceSessions } from '../../core/port/instance-session.ts';
import { isOwn } from '../docker/docker-labels.ts';
import type { MemoryContainer, MemoryEngine } from './memory-engine.ts';
import { addLine, endContainer, startContainer } from './memory-lifecycle.ts';
import { createOutputQueue, type OutputQueue } from './output-queue.ts';

const killedExitCode = 137;

/** Programs of the model: what a command in an instance, or a one-off instance, can be. */
type Program = (request: {
  words: readonly string[];
  request: Pick<ExecRequest, 'environment' | 'hasTty'>;
  output: OutputQueue;
  end: (exitCode: number) => void;
}) => { write(bytes: Uint8Array): void; endInput(): void };

const deaf = { write: () => undefined, endInput: () => undefined };

const programs: Readonly<Record<string, Program>> = {
  /** `say OUT ERR CODE` */
  say: ({ words: [out = '', err = '', code = '0'], output, end }) => {
    output.push('stdout', `${out}\n`);
    output.push('stderr', `${err}\n`);
    end(Number(code));
    return deaf;
  },
  cat: ({ output, end }) => ({
    write: (bytes) => output.push('stdout', bytes),
    endInput: () => end(0),
  }),
  env: ({ request, output, end }) => {
    output.push('stdout', request.environment.map((line) => `${line}\n`).join(''));
    end(0);
    return deaf;
  },
  sleep: () => deaf,
};

/** Commands of the model's own small set run for real enough: input, both outputs, exit codes, and the end of their instance. */
export function createMemorySessions(engine: MemoryEngine, installation: string): InstanceSessions {
  const findOwn = (id: string): MemoryContainer => {
    const container = engine.containers.get(id);
    if (container !== undefined && isOwn(container.labels, installation)) return container;
    throw notRunning(id);
  };
  return {
    exec: (id, request, signal) =>
      engine.answer('exec', signal, () => {
        const container = findOwn(id);
        if (container.state !== 'running') throw notRunning(id);
        return startProgram(engine, container, request);
      }),
    processes: (id, signal) =>
      engine.answer('processes', signal, () => {
        const container = findOwn(id);
        if (container.state !== 'running') throw notRunning(id);
        const command = (container.create.Cmd ?? [container.name]).join(' ');
        return { titles: ['PID', 'CMD'], processes: [['1', command]] };
      }),
    attachSession: (id, request, signal) =>
      engine.answer('attachSession', signal, () => {
        const container = findOwn(id);
        return { ...attach(engine, container, request), start: async () => start(engine, container) };
      }),
  };
}

function startProgram(
  engine: MemoryEngine,
  container: MemoryContainer,
  request: ExecRequest,
): InstanceSession {
  const [name = '', ...words] = request.command;
  const program = programs[name];
  if (program === undefined) throw noCommand(name);
  const output = createOutputQueue();
  const { run } = container;
  let exitCode: number | null = null;
  const end = (code: number): void => {
    exitCode ??= code;
    output.end();
    engine.wakers.delete(onChange);
  };
  const onChange = (): void => {
    if (container.state !== 'running' || container.run !== run) end(killedExitCode);
  };
  engine.wakers.add(onChange);
  const running = program({ words, request, output, end });
  return {
    output: output.read(),
    write: async (bytes) => {
      if (exitCode === null && request.hasInput) running.write(bytes);
    },
    endInput: () => {
      if (exitCode === null) running.endInput();
    },
    resize: async () => undefined,
    exitCode: async () => exitCode ?? killedExitCode,
    close: async () => end(killedExitCode),
  };
}

async function start(engine: MemoryEngine, container: MemoryContainer): Promise<void> {
  const [name = ''] = container.create.Cmd ?? [];
  // The model's own names are the only ones it can look up; a service's command may be anything.
  if (name.startsWith('/no-such')) throw noCommand(name);
  await startContainer(engine, container);
}

function noCommand(name: string): CraneError {
  return new CraneError('command.not_found', {
    message: `The instance has no command ${JSON.stringify(name)}.`,
    fix: 'The model knows say, cat, env and sleep.',
  });
}

/** The lines the instance writes from now on; its program is the first word of its command, where that is one. */
function attach(
  engine: MemoryEngine,
  container: MemoryContainer,
  request: { hasTty: boolean; hasInput: boolean },
): InstanceSession {
  const output = createOutputQueue();
  const [name = '', ...words] = container.create.Cmd ?? [];
  const program = programs[name];
  const { run } = container;
  let at = container.lines.length;
  let running: ReturnType<Program> | null = null;
  const end = (): void => {
    output.end();
    engine.wakers.delete(onChange);
  };
  const relay: OutputQueue = {
    ...output,
    push: (stream, bytes) => addLine(engine, container, stream, textOf(bytes)),
  };
  const onChange = (): void => {
    for (; at < container.lines.length; at += 1) {
      const line = container.lines[at];
      if (line !== undefined) output.push(line.stream, `${line.text}\n`);
    }
    const hasBegun = container.run > run;
    if (hasBegun && container.state !== 'running') return end();
    if (!hasBegun || running !== null || program === undefined) return;
    running = deaf;
    running = program({
      words,
      request: { environment: container.create.Env ?? [], hasTty: request.hasTty },
      output: relay,
      end: (exitCode) => endContainer(engine, container, { exitCode }),
    });
  };
  engine.wakers.add(onChange);
  return {
    output: output.read(),
    write: async (bytes) => running?.write(bytes),
    endInput: () => running?.endInput(),
    resize: async () => undefined,
    exitCode: async () => container.exitCode ?? killedExitCode,
    close: async () => end(),
  };
}

function textOf(bytes: string | Uint8Array): string {
  return (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')).replace(/\n$/, '');
}

function notRunning(id: string): CraneError {
  return new CraneError('instance.not_running', {
    message: `Instance ${id.slice(0, 12)} does not run.`,
    fix: 'Look at: crane ps',
  });
}
