/** What is run inside an instance, beside its own process. */
export type ExecRequest = {
  command: readonly string[];
  /** A terminal: one stream of output, and Ctrl-C, colours and line editing work. */
  hasTty: boolean;
  hasInput: boolean;
  /** `KEY=value`. */
  environment: readonly string[];
  user: string | null;
  workingDir: string | null;
  size: TerminalSize | null;
};

export type TerminalSize = { rows: number; columns: number };

export type OutputChunk = { stream: 'stdout' | 'stderr'; bytes: Uint8Array };

/** A command that runs, or an instance's own process, with its input and output. */
export type InstanceSession = {
  /** Ends with the command or its instance; with a terminal all is stdout. To be read once. */
  output: AsyncIterable<OutputChunk>;
  /** Resolves when the bytes were taken: whoever waits for it never fills the memory. */
  write(bytes: Uint8Array): Promise<void>;
  /** End of input; the output goes on. */
  endInput(): void;
  /** A command that has ended has no size: that is fine. */
  resize(size: TerminalSize): Promise<void>;
  /** After the end of the output; 137 when the instance ended under it. */
  exitCode(): Promise<number>;
  /** Lets go of it. A command that still runs is hung up on and, where it can be reached, ended. */
  close(): Promise<void>;
};

/** Processes as the engine's machine sees them: column titles and rows of as many cells. */
export type ProcessTable = { titles: readonly string[]; processes: readonly (readonly string[])[] };

/** Commands in instances and the streams of one-off instances. */
export type InstanceSessions = {
  /** `instance.not_running` when it does not run, is gone or foreign. */
  processes(id: string, signal?: AbortSignal): Promise<ProcessTable>;
  /**
   * Runs a command. `instance.not_running` when the instance does not, `command.not_found` and `command.not_runnable` when nothing
   * could be started (also for a user or a folder that is not there).
   */
  exec(id: string, request: ExecRequest, signal?: AbortSignal): Promise<InstanceSession>;
  /**
   * The streams of an instance's own process, which `start` then starts: so nothing is missed. `start` fails like `exec`. Closing ends
   * nothing.
   */
  attachSession(
    id: string,
    request: { hasTty: boolean; hasInput: boolean },
    signal?: AbortSignal,
  ): Promise<InstanceSession & { start(signal?: AbortSignal): Promise<void> }>;
};
