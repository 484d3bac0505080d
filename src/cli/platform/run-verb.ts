import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CliError, exitCodes } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { parseVerbLine, type VerbLine, type VerbProgress } from './verb-line.ts';

/** What a verb says on its error stream is kept up to here, for the message when it fails. */
const keptStderr = 4000;

async function keepTail(stream: Readable): Promise<string> {
  let tail = '';
  stream.setEncoding('utf8');
  for await (const part of stream) tail = `${tail}${String(part)}`.slice(-keptStderr);
  return tail.trim();
}

function endedWithoutResult(verb: string, code: number | null, stderr: string): CliError {
  const last = stderr.split('\n').slice(-5).join('\n');
  return new CliError({
    code: 'platform.failed',
    detail: `crane ${verb} ended without a result (exit code ${code ?? 'none'})${last === '' ? '' : `: ${last}`}`,
    fix: 'Run it again; what was done is kept. crane doctor shows what is missing.',
  });
}

/** A child that is told to end when the signal aborts. */
function stopWith(child: ChildProcess, signal: AbortSignal): () => void {
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/**
 * Runs a platform verb (`up`, `down`, `doctor` …) as a process of its own and gives back its result.
 * @throws CliError with the verb's own code and fix, or `platform.failed` when it ended without a word.
 */
export async function runVerb(
  { mainFile, signal }: Pick<CliContext, 'mainFile' | 'signal'>,
  [verb, ...rest]: readonly [string, ...string[]],
  onProgress: (progress: VerbProgress) => void,
): Promise<unknown> {
  const child = spawn(process.execPath, [mainFile, verb, ...rest], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'close');
  const stderr = keepTail(child.stderr);
  const release = stopWith(child, signal);
  let last: VerbLine | null = null;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const parsed = parseVerbLine(line);
      if (parsed?.kind === 'progress') onProgress(parsed.progress);
      else if (parsed) last = parsed;
    }
    await exited;
  } finally {
    release();
  }
  if (last?.kind === 'result') return last.result;
  if (last?.kind === 'error') {
    const { message, ...problem } = last.error;
    throw new CliError({ ...problem, detail: message });
  }
  if (signal.aborted) {
    throw new CliError({
      code: 'interrupted',
      detail: `crane ${verb} was interrupted.`,
      fix: `What was done is kept; go on with: crane ${verb}`,
      exitCode: exitCodes.interrupted,
    });
  }
  throw endedWithoutResult(verb, child.exitCode, await stderr);
}
