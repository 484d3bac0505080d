import { CraneError } from '../../core/error/crane-error.ts';
import type { GoRun } from './run-go.ts';
import { runGo } from './run-go.ts';

export type GoToolchain = { version: string; platform: string };
type Environment = GoRun['environment'];

/** The environment every build runs in: static Linux binaries, nothing taken from a workspace or vendor folder. */
export function goEnvironment(base: Environment, extra: Record<string, string>): Environment {
  return { ...base, CGO_ENABLED: '0', GOOS: 'linux', GOWORK: 'off', GOFLAGS: '-mod=readonly', ...extra };
}

/**
 * Finds the Go that would build the module in `folder`. Go 1.21 and newer fetches a newer toolchain by itself where its
 * settings allow it; where not, or where Go is older still, throws `platform.missing_tool` with the version wanted.
 */
export async function findGo(run: {
  folder: string;
  environment: Environment;
  signal?: AbortSignal;
}): Promise<GoToolchain> {
  const answer = await runGo({
    arguments: ['env', 'GOVERSION', 'GOOS', 'GOARCH'],
    cwd: run.folder,
    environment: run.environment,
    ...(run.signal && { signal: run.signal }),
  });
  const [version = '', os = '', architecture = ''] = answer.output.trim().split('\n');
  if (answer.exitCode !== 0) throw unusableGo(answer.errorLines);
  return { version, platform: `${os}/${architecture}` };
}

/** Refuses a Go older than the `go` line of a go.mod. */
export function requireGo(saw: string, goMod: string): void {
  const wanted = /^go (\d+\.\d+(?:\.\d+)?)/m.exec(goMod)?.[1];
  if (wanted === undefined || compareVersions(saw.replace(/^go/, ''), wanted) >= 0) return;
  throw tooOld(saw, wanted);
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(/[^0-9]+/).map(Number));
  for (const place of [0, 1, 2]) {
    const difference = (a?.[place] ?? 0) - (b?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function unusableGo(errorLines: readonly string[]): CraneError {
  const text = errorLines.join('\n');
  const tooOldText = /requires go >= (\S+) \(running go (\S+?);/.exec(text);
  if (tooOldText !== null) return tooOld(`go${tooOldText[2] ?? ''}`, tooOldText[1] ?? '1.26');
  return new CraneError('platform.failed', {
    message: `The Go toolchain does not answer: ${errorLines.at(-1) ?? 'no output'}`,
    fix: 'Run `go env` and repair what it reports.',
  });
}

function tooOld(saw: string, wanted: string): CraneError {
  return new CraneError('platform.missing_tool', {
    message: `The Go on PATH is too old to build an image from source (saw ${saw}, wanted ${wanted} or newer).`,
    fix: `Install Go ${wanted} or newer (https://go.dev/doc/install), or let Crane pull images from a registry.`,
  });
}
