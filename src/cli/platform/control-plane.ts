import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, fstatSync } from 'node:fs';
import { z } from 'zod';
import { CliError, exitCodes } from '../cli-error.ts';
import { escapeText } from '../output/escape.ts';
import type { Settings } from '../settings.ts';
import { waitUntil } from '../wait-until.ts';
import { parseVerbLine } from './verb-line.ts';

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;
const logTailBytes = 4000;

/**
 * How a process that lives long and mostly waits is kept small (ADR 21): a small young generation, one arena of malloc for all
 * threads, and no compiled modules kept beside the loaded ones.
 */
const lean = {
  arguments: ['--max-semi-space-size=1'],
  environment: { MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: undefined },
};

const readyAnswer = z.looseObject({ status: z.literal('ok') });

/** Whether a control plane answers there and is ready to work; something else that listens there is not one. */
export async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(2000)]);
    const answer = await fetch(`${url}/readyz`, { signal: limit, redirect: 'error' });
    return readyAnswer.safeParse(await answer.json()).success;
  } catch {
    return false;
  }
}

/** The part of the log that one start wrote: what stands before `begin` (bytes) is of an earlier one. */
type LogPart = { path: string; begin: number };

/** Its end, for the message when the control plane did not come up. */
function tailOf({ path, begin }: LogPart): string {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - begin, logTailBytes)));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return escapeText(buffer.toString('utf8')).trim().split('\n').slice(-6).join('\n');
  } finally {
    closeSync(file);
  }
}

/** The control plane's own last word, where its log ends with one; else what its log ends with. */
function didNotStart(reason: string, log: LogPart): CliError {
  const tail = tailOf(log);
  const lastWord = tail
    .split('\n')
    .map(parseVerbLine)
    .findLast((line) => line?.kind === 'error');
  if (lastWord?.kind === 'error') {
    const { message, ...problem } = lastWord.error;
    return new CliError({ ...problem, detail: `The control plane ${reason}: ${message}` });
  }
  return new CliError({
    code: 'platform.failed',
    detail: `The control plane ${reason}. The end of its log:\n${tail}`,
    fix: `Read ${log.path}, then run crane doctor.`,
  });
}

function interrupted(): CliError {
  return new CliError({
    code: 'interrupted',
    detail: 'Interrupted; the control plane was stopped again, the parts go on.',
    fix: 'Go on with: crane up; or take the parts down with: crane down',
    exitCode: exitCodes.interrupted,
  });
}

/**
 * Starts the control plane in a session of its own, its output going to the log file, and waits until it is ready.
 * @throws CliError with the end of the log when it ends first or takes too long; it is then stopped again.
 */
export async function startControlPlane(options: {
  program: string;
  settings: Pick<Settings, 'environment'>;
  url: string;
  logPath: string;
  signal: AbortSignal;
}): Promise<ChildProcess> {
  const { program, settings, url, logPath, signal } = options;
  const file = openSync(logPath, 'a', 0o600);
  const log = { path: logPath, begin: fstatSync(file).size };
  const child = spawn(process.execPath, [...lean.arguments, program, 'serve'], {
    detached: true,
    env: { ...settings.environment, ...lean.environment },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  child.unref();
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const outcome = await waitUntil(
    async () => {
      if (hasEnded()) return 'ended';
      return (await isReady(url, signal)) ? 'ready' : null;
    },
    { timeoutMs: readyTimeoutMs, everyMs: 50, signal },
  );
  if (outcome === 'ready') return child;
  if (outcome === 'ended') throw didNotStart(`ended with exit code ${child.exitCode ?? 'none'}`, log);
  await stopControlPlane(child);
  if (signal.aborted) throw interrupted();
  throw didNotStart(`was not ready within ${readyTimeoutMs / 1000} s`, log);
}

/** SIGTERM, and SIGKILL when that is not enough. */
export async function stopControlPlane(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const hardEnd = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(hardEnd);
}
