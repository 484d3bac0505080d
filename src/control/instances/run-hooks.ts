import type { ComposeService } from '../../core/compose/compose-project.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { InstanceCommand } from '../../core/port/runtime.ts';
import type { ControlState } from '../control-state.ts';

type Hook = NonNullable<ComposeService['post_start']>[number];
type Hooks = { label: string; kind: 'post_start' | 'pre_stop'; hooks: readonly Hook[] };

/** Lines of a failed command that its error shows. */
const linesShown = 5;

/** Runs commands in an instance one after the other. Rejects with `instance.hook_failed` and its last lines at the first that fails. */
export async function runHooks(
  state: ControlState,
  id: string,
  { label, kind, hooks }: Hooks,
): Promise<void> {
  for (const [index, hook] of hooks.entries()) {
    const command = commandOf(hook);
    if (command === null) continue;
    const { exitCode, output } = await runLimited(state, id, command, `${kind}[${index}] of ${label}`);
    if (exitCode === 0) continue;
    const words = output.trimEnd().split('\n').slice(-linesShown).join(' | ');
    throw new CraneError('instance.hook_failed', {
      message: `${kind}[${index}] of ${label} ended with code ${exitCode}${words === '' ? '' : `; its last lines: ${words}`}`,
      fix: 'Mend the command; it runs inside the instance, as its user unless user is given.',
    });
  }
}

function commandOf(hook: Hook): InstanceCommand | null {
  if (hook.command === undefined || hook.command.length === 0) return null;
  const environment = Object.entries(hook.environment ?? {}).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${value}`],
  );
  return {
    command: hook.command,
    environment,
    ...(hook.user === undefined ? {} : { user: hook.user }),
    ...(hook.working_dir === undefined ? {} : { workingDirectory: hook.working_dir }),
    ...(hook.privileged === undefined ? {} : { isPrivileged: hook.privileged }),
  };
}

/** A command that never ends would hold a deployment, or a stop, for ever. */
async function runLimited(
  { deps, signal }: ControlState,
  id: string,
  command: InstanceCommand,
  what: string,
): Promise<{ exitCode: number; output: string }> {
  const { runtime, clock, settings } = deps;
  const limit = new AbortController();
  const done = new AbortController();
  void clock.wait(settings.deployTimeoutMs, AbortSignal.any([signal, done.signal])).then(() => limit.abort());
  try {
    return await runtime.runCommand(id, command, AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    if (done.signal.aborted || !limit.signal.aborted || signal.aborted) throw error;
    throw new CraneError(
      'instance.hook_failed',
      {
        message: `${what} did not end within ${settings.deployTimeoutMs / 1000} s.`,
        fix: 'Let it end, or run it in the background.',
      },
      { cause: error },
    );
  } finally {
    done.abort();
  }
}
