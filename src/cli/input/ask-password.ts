import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliError, exitCodes, usageError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';

/**
 * Reads a password from the terminal without showing it, or the first line of stdin with `isFromStdin`. Passwords are no
 * arguments: those stand in the list of processes and in the shell's history.
 */
export async function askPassword(
  { terminal, signal }: Pick<CliContext, 'terminal' | 'signal'>,
  question: string,
  isFromStdin: boolean,
): Promise<string> {
  if (!isFromStdin && !process.stdin.isTTY)
    throw usageError('Nobody can be asked for a password here.', 'Add --password-stdin.');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({
    input: process.stdin,
    output: silent,
    terminal: !isFromStdin,
    historySize: 0,
  });
  if (!isFromStdin) terminal.err.write(`${question}: `);
  try {
    return isFromStdin ? await firstLine(prompt) : await prompt.question('', { signal });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new CliError(
      { code: 'interrupted', detail: 'Interrupted; nothing was done.', exitCode: exitCodes.interrupted },
      { cause: error },
    );
  } finally {
    prompt.close();
    if (!isFromStdin) terminal.err.write('\n');
  }
}

/** Reads a line that may be seen, such as a code. `option` takes it where nobody can be asked. */
export async function askText(
  { terminal, signal }: Pick<CliContext, 'terminal' | 'signal'>,
  question: string,
  option: string,
): Promise<string> {
  if (!process.stdin.isTTY) throw usageError('Nobody can be asked here.', `Add ${option}.`);
  terminal.err.write(`${question}: `);
  const prompt = createInterface({ input: process.stdin, terminal: true, historySize: 0 });
  try {
    return (await prompt.question('', { signal })).trim();
  } finally {
    prompt.close();
  }
}

/** Asks twice, where somebody types. */
export async function askNewPassword(
  context: Pick<CliContext, 'terminal' | 'signal'>,
  isFromStdin: boolean,
): Promise<string> {
  const password = await askPassword(context, 'New password', isFromStdin);
  if (isFromStdin || password === (await askPassword(context, 'Again', false))) return password;
  throw usageError('The two are not the same.', 'Try again.');
}

async function firstLine(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) return line;
  throw usageError('There is no password on stdin.', 'Write it there, followed by a line break.');
}
