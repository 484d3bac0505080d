import { CraneError } from '../../core/error/crane-error.ts';
import type { Report } from '../progress.ts';
import { runProgram } from '../run-program.ts';

const installTimeoutMs = 600_000;
const packages = ['docker.io', 'iptables'];

/** Installs the engine from the distribution's own packages, as root on Debian or Ubuntu. Throws `platform.missing_tool`. */
export async function installEngine({
  environment,
  report,
  signal,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  report: Report;
  signal?: AbortSignal;
}): Promise<void> {
  const options = {
    environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: installTimeoutMs,
    onLine: (line: string) => report({ step: 'engine', state: 'progress', text: line.slice(0, 100) }),
    ...(signal === undefined ? {} : { signal }),
  };
  const command = `apt-get install ${packages.join(' ')}`;
  report({ step: 'engine', state: 'progress', text: `installing the Docker engine (${command})` });
  // What an update cannot fetch may be known already: the installation decides.
  const update = await runProgram('apt-get', ['update'], options);
  const result = await runProgram(
    'apt-get',
    ['install', '-y', '--no-install-recommends', ...packages],
    options,
  );
  signal?.throwIfAborted();
  if (result.exitCode === 0) return;
  const words = [...(update.exitCode === 0 ? [] : [lastLines(update.output)]), lastLines(result.output)];
  throw new CraneError('platform.missing_tool', {
    message: `The Docker engine could not be installed: ${words.join(' | ')}`,
    fix: `Run: apt-get update && ${command}; then try again.`,
  });
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' | ');
}
