import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

import { CraneError } from '../../core/error/crane-error.ts';

export type GoRun = {
  arguments: readonly string[];
  cwd: string;
  environment: Record<string, string | undefined>;
  /** Each line of standard error as it comes. */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
};

export type GoResult = { exitCode: number; output: string; errorLines: string[] };

const keptErrorLines = 40;
const killAfterMs = 5_000;

/**
 * Runs `go` to its end, whatever its exit code. Throws `platform.missing_tool` when there is no Go, and
 * `operation.cancelled` when the signal aborts; the compilers it started end with it.
 */
export async function runGo(run: GoRun): Promise<GoResult> {
  throwIfAborted(run.signal);
  // Its own process group, since `go` starts compilers that have to be interrupted with it.
  const child = spawn('go', [...run.arguments], {
    cwd: run.cwd,
    env: run.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(missingGo(cause)));
    child.once('close', (code) => resolve(code ?? 1));
  });
  const stop = (): void => void interruptGroup(child.pid, ended);
  run.signal?.addEventListener('abort', stop, { once: true });
  const errorLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    errorLines.push(line);
    if (errorLines.length > keptErrorLines) errorLines.shift();
    run.onLine?.(line);
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    const exitCode = await ended;
    throwIfAborted(run.signal);
    return { exitCode, output: Buffer.concat(chunks).toString('utf8'), errorLines };
  } finally {
    run.signal?.removeEventListener('abort', stop);
  }
}

/** SIGINT lets `go` finish what it writes to its cache; what still runs after a while is killed. */
async function interruptGroup(pid: number | undefined, ended: Promise<number>): Promise<void> {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGINT');
  const late = new AbortController();
  const settled = ended.then(
    () => late.abort(),
    () => late.abort(),
  );
  await wait(killAfterMs, undefined, { signal: late.signal, ref: false }).then(
    () => signalGroup(pid, 'SIGKILL'),
    () => undefined,
  );
  await settled;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended meanwhile.
  }
}

function missingGo(cause: Error): CraneError {
  if (!('code' in cause) || cause.code !== 'ENOENT') {
    return new CraneError('platform.failed', 'The Go toolchain could not be started.', { cause });
  }
  return new CraneError(
    'platform.missing_tool',
    {
      message: 'Go was not found on PATH; it is needed to build an image from source.',
      fix: 'Install Go 1.26.7 or newer (https://go.dev/doc/install), or let Crane pull images from a registry.',
    },
    { cause },
  );
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new CraneError('operation.cancelled', 'The build was cancelled; what is compiled so far is kept.', {
    cause: signal.reason,
  });
}
