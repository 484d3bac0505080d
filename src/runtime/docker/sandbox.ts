import { randomBytes } from 'node:crypto';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Sandbox } from '../../core/port/runtime.ts';
import type { EngineCreate } from '../../core/service/engine-create.ts';
import { demultiplex, type OutputPiece } from './client/demultiplex.ts';
import type { EngineClient } from './client/engine-client.ts';
import { labels } from './docker-labels.ts';
import { accept, hasCode } from './error-answers.ts';
import { splitLines } from './split-lines.ts';

type Request = Parameters<Sandbox['run']>[0];
type Result = Awaited<ReturnType<Sandbox['run']>>;

/** Longest output of each stream; a report is a few megabytes at most. */
const maxOutputBytes = 64 * 1024 * 1024;
/** Removing what was made goes on after a cancellation, but not for ever. */
const cleanUpMs = 30_000;
const defaultUser = '65534:65534';

/**
 * Runs one short-lived, sealed container at a time per call: no network, no socket, read-only root with a small `/tmp`, no
 * capabilities, no new privileges, a memory cap without swap, no log file. It is removed whatever happens; what a killed Crane left is
 * removed by the first run after.
 */
export function createSandbox({
  client,
  installation,
}: {
  client: EngineClient;
  installation: string;
}): Sandbox {
  const run = randomBytes(6).toString('hex');
  let swept: Promise<void> | null = null;

  async function sweep(signal?: AbortSignal): Promise<void> {
    const filters = { label: [`${labels.installation}=${installation}`, labels.sandbox] };
    for (const { id, labels: found } of await client.containers.list({ all: true, filters }, signal))
      if (found[labels.sandbox] !== run) await remove(client, id);
  }

  return {
    async run(request) {
      swept ??= sweep(request.signal);
      await swept.catch(() => {
        swept = null;
      });
      const ownLabels = { [labels.installation]: installation, [labels.sandbox]: run };
      const { id } = await create(client, ownLabels, request);
      try {
        return await runToEnd(client, id, request);
      } finally {
        await remove(client, id);
      }
    },
  };
}

async function create(
  client: EngineClient,
  ownLabels: Record<string, string>,
  request: Request,
): Promise<{ id: string }> {
  const name = `crane-sandbox-${randomBytes(6).toString('hex')}`;
  try {
    return await client.containers.create(
      { name, create: renderSandbox(ownLabels, request) },
      request.signal,
    );
  } catch (error) {
    if (!hasCode(error, 'engine.not_found') || !/no such image/i.test(error.message)) throw error;
    throw new CraneError(
      'image.not_found',
      { message: `The image ${request.image} is not on this machine.`, fix: 'Run `crane install`.' },
      { cause: error },
    );
  }
}

function renderSandbox(ownLabels: Record<string, string>, request: Request): EngineCreate {
  return {
    Image: request.image,
    Cmd: [...request.command],
    User: request.user ?? defaultUser,
    Env: Object.entries(request.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    Labels: ownLabels,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=256m,mode=1777' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Memory: request.memoryBytes,
      MemorySwap: request.memoryBytes,
      PidsLimit: 256,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'none', Config: {} },
      Mounts: request.mounts.map(({ hostPath, path, isReadOnly }) => ({
        Type: 'bind',
        Source: hostPath,
        Target: path,
        ReadOnly: isReadOnly,
      })),
    },
  };
}

async function runToEnd(client: EngineClient, id: string, request: Request): Promise<Result> {
  const limits = [AbortSignal.timeout(request.timeoutMs + cleanUpMs)];
  const signal = AbortSignal.any(request.signal === undefined ? limits : [request.signal, ...limits]);
  // Attached before the start, so that nothing is missed.
  const attached = await client.execs.attach(id, { hasInput: false, hasPast: false }, signal);
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    // The end of the output tells that it worked.
    client.containers.kill(id, 'SIGKILL', signal).catch(() => attached.close());
  }, request.timeoutMs);
  try {
    await client.containers.start(id, signal);
    const output = createCollector();
    const pieces = output.pass(demultiplex(attached.output, 'Read the output of a sealed container'));
    for await (const line of splitLines(pieces, { hasTimestamps: false, isFramed: true }))
      request.onLine?.(line.stream, line.text);
    const { exitCode } = await client.containers.wait(id, signal);
    const { isOomKilled } = await client.containers.inspect(id, signal);
    return { exitCode, ...output.texts(), isOomKilled, isTimedOut };
  } finally {
    clearTimeout(timer);
    attached.close();
  }
}

type Collector = {
  /** Keeps the bytes on their way to the lines, which are cut where output is not. */
  pass(pieces: AsyncIterable<OutputPiece>): AsyncIterable<OutputPiece>;
  texts(): { stdout: string; stderr: string };
};

function createCollector(): Collector {
  const kept: Record<OutputPiece['stream'], Uint8Array[]> = { stdout: [], stderr: [] };
  const sizes: Record<OutputPiece['stream'], number> = { stdout: 0, stderr: 0 };
  return {
    async *pass(pieces) {
      for await (const piece of pieces) {
        sizes[piece.stream] += piece.bytes.length;
        if (sizes[piece.stream] > maxOutputBytes)
          throw new CraneError(
            'engine.failed',
            `A sealed container wrote more than ${maxOutputBytes} bytes.`,
          );
        kept[piece.stream].push(Uint8Array.from(piece.bytes));
        yield piece;
      }
    },
    texts: () => ({
      stdout: Buffer.concat(kept.stdout).toString('utf8'),
      stderr: Buffer.concat(kept.stderr).toString('utf8'),
    }),
  };
}

async function remove(client: EngineClient, id: string): Promise<void> {
  await accept(
    client.containers.remove(id, { force: true, volumes: true }, AbortSignal.timeout(cleanUpMs)),
    (error) => error.code === 'engine.not_found' || error.code === 'engine.conflict',
  );
}
