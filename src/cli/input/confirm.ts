import { createInterface } from 'node:readline/promises';
import { CliError, exitCodes, usageError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';

/** Asks on the terminal; where there is none, `--yes` is needed. @throws CliError when the answer is no. */
export async function confirm(
  { terminal, signal }: Pick<CliContext, 'terminal' | 'signal'>,
  question: string,
  yes: boolean,
): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !terminal.err.isTty) {
    throw usageError(`${question} Nobody can be asked here.`, 'Add --yes.');
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    terminal.err.write('\n');
    throw new CliError(
      { code: 'interrupted', detail: 'Interrupted; nothing was done.', exitCode: exitCodes.interrupted },
      { cause: error },
    );
  } finally {
    prompt.close();
  }
  throw new CliError({ code: 'not_confirmed', detail: 'Nothing was done.' });
}
