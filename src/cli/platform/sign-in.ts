import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';

function readToken(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

/** The stored login's name, when it still is good. */
async function knownUser(context: CliContext, url: string): Promise<string | null> {
  const token = context.settings.token(url);
  if (token === null) return null;
  try {
    return (await connect(context, { url, token }).me()).name;
  } catch (error) {
    if (error instanceof CliError && error.problem.code?.startsWith('auth.') === true) return null;
    throw error;
  }
}

/**
 * Makes sure the person at this machine is logged in: with the login that is stored, else by redeeming the setup token
 * of a control plane that nobody has set up yet. Null when neither is possible: someone else set it up.
 */
export async function signIn(
  context: CliContext,
  url: string,
  setupTokenPath: string,
): Promise<string | null> {
  const known = await knownUser(context, url);
  if (known !== null) {
    context.settings.useUrl(url);
    return known;
  }
  const setupToken = readToken(setupTokenPath);
  if (setupToken === null) return null;
  try {
    const { token, user } = await connect(context, { url, token: null }).setUp({
      setupToken,
      name: context.settings.userName,
    });
    context.settings.saveLogin(url, { token, user: user.name });
    return user.name;
  } catch (error) {
    // A token file that outlived its redemption says nothing.
    if (error instanceof CliError && error.problem.code === 'setup.done') return null;
    throw error;
  }
}
