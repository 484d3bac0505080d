/** Entry of the command line; `./crane` runs it with Node 24. */
import { join } from 'node:path';
import { exitCodes } from './cli-error.ts';
import { createTerminal } from './output/terminal.ts';
import { runCli } from './program.ts';
import { createRawTerminal } from './input/raw-terminal.ts';
import { createSettings } from './settings.ts';

const interruption = new AbortController();
function interrupt(): void {
  // The first signal lets the command end in order; a second one means it.
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  interruption.abort();
}
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: createTerminal(),
  raw: createRawTerminal(),
  settings: createSettings(),
  mainFile: join(import.meta.dirname, '..', 'main.ts'),
  signal: interruption.signal,
  setExitCode: () => {},
});
