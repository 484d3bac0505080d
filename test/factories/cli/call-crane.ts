import { join } from 'node:path';
import type { CliContext } from '../../../src/cli/context.ts';
import { createStream } from '../../../src/cli/output/terminal.ts';
import type { RawTerminal } from '../../../src/cli/input/raw-terminal.ts';
import { runCli } from '../../../src/cli/program.ts';
import { createSettings } from '../../../src/cli/settings.ts';

/** Neither input nor a terminal. */
export const noTerminal: RawTerminal = {
  isInputTty: false,
  isOutputTty: false,
  setRaw: () => undefined,
  read: async function* () {
    yield* [];
  },
  write: async () => undefined,
  size: () => ({ rows: 24, columns: 80 }),
  onResize: () => undefined,
};

/** What a command line printed, and its exit code. */
export type Called = { code: number; out: string; err: string; json: () => unknown; problem: () => unknown };

/** Runs command lines in this process against a control plane, with credentials in `folder`. For tests. */
export function createCaller(
  folder: string,
  url: string,
  facts: { isTty?: boolean; hasColours?: boolean } = {},
) {
  return async (argv: string[], env: Record<string, string> = {}, input = ''): Promise<Called> => {
    let out = '';
    let err = '';
    const context: CliContext = {
      terminal: {
        out: createStream((text) => (out += text), facts),
        err: createStream((text) => (err += text), facts),
      },
      raw: {
        ...noTerminal,
        read: async function* () {
          if (input !== '') yield Buffer.from(input);
        },
        write: async (stream, bytes) => {
          const text = Buffer.from(bytes).toString('utf8');
          if (stream === 'stdout') out += text;
          else err += text;
        },
      },
      settings: createSettings({ CRANE_DATA: folder, CRANE_URL: url, CRANE_TOKEN: 'crane_t', ...env }),
      mainFile: join(folder, 'main.mjs'),
      signal: new AbortController().signal,
      setExitCode: () => {},
    };
    const code = await runCli(argv, context);
    return { code, out, err, json: () => JSON.parse(out), problem: () => JSON.parse(err) };
  };
}
