import type { Api } from './api.ts';
import { CliError, errorOfProblem } from '../cli-error.ts';
import type { SessionSocket } from '../client/open-session.ts';
import { nowhereError } from './nowhere-error.ts';
import { withoutLogin } from './without-login.ts';

type Target = { url: string; token: string | null };
type Address = { app: string; path: 'exec' | 'run'; query: Record<string, string | null> };

/** Commands in instances, over WebSockets. */
export function createSessions(target: Target): Pick<Api, 'exec' | 'run'> {
  return {
    exec: async (app, { service, slot }, signal) => {
      const query = { service, instance: slot === null ? null : String(slot) };
      return connectSession(target, { app, path: 'exec', query }, signal);
    },
    run: async (app, service, signal) =>
      connectSession(target, { app, path: 'run', query: { service } }, signal),
  };
}

/** @throws CliError when the server refuses, or nobody answers. */
async function connectSession(
  { url, token }: Target,
  { app, path, query }: Address,
  signal: AbortSignal,
): Promise<SessionSocket> {
  const address = new URL(`${url}/api/v1/apps/${encodeURIComponent(app)}/${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== null) address.searchParams.set(name, value);
  const { openSession, SessionRefusedError } = await import('../client/open-session.ts');
  try {
    return await openSession(address.href, token, signal);
  } catch (error) {
    if (error instanceof SessionRefusedError)
      throw withoutLogin(url, errorOfProblem(error.body, error.status));
    if (error instanceof CliError || signal.aborted) throw error;
    throw nowhereError(url, error);
  }
}
