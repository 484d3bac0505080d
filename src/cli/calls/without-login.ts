import { CliError } from '../cli-error.ts';

/** For who has no token the server's refusal means that nobody is logged in here. */
export function withoutLogin(url: string, error: unknown): unknown {
  if (!(error instanceof CliError) || error.problem.code !== 'auth.missing') return error;
  return new CliError(
    {
      code: 'auth.missing',
      title: 'Not logged in',
      detail: `Nobody is logged in to ${url}.`,
      fix: 'Run crane up here, or crane login --token TOKEN with a token you were given.',
    },
    { cause: error },
  );
}
