import type { ChildProcess } from 'node:child_process';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import type { ProgressLines } from '../output/progress-lines.ts';
import { isReady, startControlPlane } from './control-plane.ts';
import { upResult, type UpResult } from './platform-result.ts';
import { runVerb } from './run-verb.ts';
import { signIn } from './sign-in.ts';

export type BroughtUp = UpResult & {
  /** The control plane's process when it was started now; null when one was running already. */
  child: ChildProcess | null;
  /** Who is logged in on this machine; null when someone else set this control plane up. */
  user: string | null;
};

/**
 * Brings everything up: engine, images and parts by the platform's own verb, then the control plane in the background,
 * then the login of the person at this machine. What runs already is left as it is.
 */
export async function bringUp(context: CliContext, lines: ProgressLines): Promise<BroughtUp> {
  const raw = await runVerb(context, ['up'], (progress) => lines.show(progress));
  const parsed = upResult.safeParse(raw);
  if (!parsed.success) {
    throw new CliError(
      {
        code: 'platform.failed',
        detail: 'crane up gave a result that this command line does not know.',
        fix: 'Use the command line of the same checkout.',
      },
      { cause: parsed.error },
    );
  }
  const { url, logPath, program, setupTokenPath } = parsed.data;
  const { signal, settings } = context;
  let child: ChildProcess | null = null;
  if (!(await isReady(url, signal))) {
    lines.show({ step: 'control-plane', state: 'started', text: 'Starting the control plane' });
    child = await startControlPlane({ program, settings, url, logPath, signal });
    lines.show({ step: 'control-plane', state: 'done', text: `The control plane is ready at ${url}` });
  }
  return { ...parsed.data, child, user: await signIn(context, url, setupTokenPath) };
}
