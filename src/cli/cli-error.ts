import type { Problem } from './problem.ts';
import { parseProblem } from './parse-problem.ts';

/** Exit codes of the command line. 130 is what shells give for an interrupted command. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  blocked: 4,
  timedOut: 5,
  unreachable: 6,
  /** Crane could not do it, where all other codes are those of the command that was run. */
  notDone: 125,
  interrupted: 130,
} as const;

/** Codes whose exit code is not 1, the longest prefix first; used where an error does not bring its own. */
const byCode: readonly (readonly [prefix: string, exitCode: number])[] = [
  ['auth.forbidden', exitCodes.refused],
  ['policy.denied', exitCodes.refused],
  ['scan.blocked', exitCodes.blocked],
  ['deployment.timed_out', exitCodes.timedOut],
  ['engine.timed_out', exitCodes.timedOut],
  ['timed_out', exitCodes.timedOut],
  ['engine.unreachable', exitCodes.unreachable],
  ['engine.unsupported', exitCodes.unreachable],
  ['policy.unavailable', exitCodes.unreachable],
  ['part.unavailable', exitCodes.unreachable],
  ['platform.missing_tool', exitCodes.unreachable],
  ['control.unreachable', exitCodes.unreachable],
  ['input.', exitCodes.usage],
  ['compose.', exitCodes.usage],
  ['idempotency.mismatch', exitCodes.usage],
  ['usage', exitCodes.usage],
];

export function exitCodeOf(code: string): number {
  return byCode.find(([prefix]) => code.startsWith(prefix))?.[1] ?? exitCodes.failed;
}

/** Whatever ends a command: a sentence, a code, and what to do about it. */
export class CliError extends Error {
  readonly problem: Problem;
  readonly exitCode: number;

  constructor(problem: Problem & { code: string; detail: string }, options?: { cause?: unknown }) {
    super(problem.detail, options);
    this.name = 'CliError';
    this.exitCode = problem.exitCode ?? exitCodeOf(problem.code);
    this.problem = { type: 'about:blank', title: problem.code, ...problem, exitCode: this.exitCode };
  }
}

/** A mistake in how the command was called. */
export function usageError(detail: string, fix?: string): CliError {
  return new CliError({ code: 'usage', title: 'Usage', detail, ...(fix === undefined ? {} : { fix }) });
}

/** The server's problem document as an error; a body that is none (a proxy in between) is named by its status. */
export function errorOfProblem(body: unknown, status: number): CliError {
  const problem = parseProblem(body) ?? {};
  // Commands only ask for addresses that their own version has.
  if (problem.code === 'route.not_found' && problem.detail?.startsWith('There is nothing at "') === true)
    return new CliError({
      ...problem,
      status: problem.status ?? status,
      code: 'control.older',
      title: 'The control plane is older',
      detail:
        'The control plane does not know what this command asks for: it is older than the command line.',
      fix: 'Bring it up to date: crane up --detach',
    });
  const detail = problem.detail ?? problem.title ?? `The control plane answered with status ${status}.`;
  return new CliError({
    ...problem,
    status: problem.status ?? status,
    code: problem.code ?? `http.${status}`,
    detail,
  });
}

/** Whatever was thrown, as an error a person can act on. */
export function toCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  // An answer without what this version expects in it.
  const isIncomplete = thrown instanceof TypeError && /undefined/.test(text);
  return new CliError(
    {
      code: 'internal',
      title: 'Unexpected error',
      detail: `Something unexpected went wrong: ${text}`,
      fix: isIncomplete
        ? 'The control plane may be older than the command line (crane version). Bring it up to date: crane up --detach'
        : 'Run the command again; if it stays, report it with the output of: crane doctor --json',
    },
    { cause: thrown },
  );
}
