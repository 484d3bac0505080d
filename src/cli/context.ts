import type { Terminal } from './output/terminal.ts';
import type { RawTerminal } from './input/raw-terminal.ts';
import type { Settings } from './settings.ts';

/** What every command is given. */
export type CliContext = {
  terminal: Terminal;
  /** Input and outputs as bytes: for programs in instances, and files. */
  raw: RawTerminal;
  settings: Settings;
  /** The control plane's entry file: platform verbs run it as a process. */
  mainFile: string;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
  /** For commands that print a result and still did not succeed. */
  setExitCode(code: number): void;
};
