import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { Report } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { waitFor } from '../wait-for.ts';
import { decideEngine, isStalePid, type EngineFacts } from './decide-engine.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Request = {
  client: EngineClient;
  environment: Environment;
  logFolder: string;
  isOwnEndpoint: boolean;
  report: Report;
  signal?: AbortSignal;
};

/**
 * Makes sure that an engine answers: uses the one that is there, else (as root on Debian or Ubuntu, and only for the
 * default socket) installs and starts it, with or without systemd. Otherwise throws with exactly what to install.
 */
export async function ensureEngine(request: Request): Promise<{ version: string; apiVersion: string }> {
  const { client, report, signal } = request;
  report({ step: 'engine', state: 'started', text: `looking for the Docker engine at ${client.where}` });
  let failure: CraneError | null = null;
  try {
    await client.system.ping(signal);
  } catch (error) {
    failure = toCraneError(error);
    if (failure.code !== 'engine.unreachable') throw failure;
  }
  if (failure !== null) await startEngine(request, failure);
  const { version, apiVersion } = await client.system.version(signal);
  const spoken = await client.apiVersion(signal);
  report({ step: 'engine', state: 'done', text: `Docker engine ${version} (API ${spoken})` });
  return { version, apiVersion };
}

async function startEngine(request: Request, failure: CraneError): Promise<void> {
  const { client, report, signal } = request;
  const decision = decideEngine(await lookAround(request));
  if (decision.kind === 'refuse')
    throw new CraneError(
      'engine.unreachable',
      { message: `${failure.message} ${decision.why}`.trim(), fix: decision.fix },
      { cause: failure },
    );
  if (decision.isInstalling) await install(request);
  removeStalePids();
  report({
    step: 'engine',
    state: 'progress',
    text: decision.isSystemd ? 'starting docker.service' : 'starting dockerd',
  });
  if (decision.isSystemd)
    await runProgram('systemctl', ['start', 'docker'], {
      environment: request.environment,
      timeoutMs: 60_000,
    });
  else startDaemon(request);
  const answer = await waitFor(async () => client.system.ping(signal).catch(() => null), {
    timeoutMs: 60_000,
    everyMs: 100,
    signal,
  });
  if (answer === null) {
    throw new CraneError('engine.unreachable', {
      message: 'The Docker engine was started but does not answer.',
      fix: `Read its log: ${decision.isSystemd ? 'journalctl -u docker' : join(request.logFolder, 'dockerd.log')}`,
    });
  }
}

async function lookAround(request: Request): Promise<EngineFacts> {
  const which = await runProgram('which', ['dockerd'], {
    environment: request.environment,
    timeoutMs: 5_000,
  });
  return {
    isRoot: process.getuid?.() === 0,
    isLinux: process.platform === 'linux',
    distribution: readDistribution(),
    hasDaemon: which.exitCode === 0,
    isSystemd: existsSync('/run/systemd/system'),
    isDefaultSocket: !request.isOwnEndpoint,
  };
}

async function install({ environment, report, signal }: Request): Promise<void> {
  const options = {
    environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: 600_000,
    onLine: (line: string) => report({ step: 'engine', state: 'progress', text: line.slice(0, 100) }),
    ...(signal === undefined ? {} : { signal }),
  };
  report({
    step: 'engine',
    state: 'progress',
    text: 'installing the Docker engine (apt-get install docker.io iptables)',
  });
  await runProgram('apt-get', ['update'], options);
  const result = await runProgram(
    'apt-get',
    ['install', '-y', '--no-install-recommends', 'docker.io', 'iptables'],
    options,
  );
  if (result.exitCode !== 0) {
    throw new CraneError('platform.missing_tool', {
      message: `The Docker engine could not be installed: ${result.output.trim().split('\n').slice(-3).join(' | ')}`,
      fix: 'Run: apt-get install docker.io iptables; then try again.',
    });
  }
}

/** A daemon that was killed leaves pid files behind, which the next one takes for a running daemon. */
function removeStalePids(): void {
  const files = ['/var/run/docker.pid', '/var/run/docker/containerd/containerd.pid'];
  for (const file of files) {
    try {
      const pid = Number(readFileSync(file, 'utf8').trim());
      const command = existsSync(`/proc/${pid}/cmdline`)
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : null;
      if (isStalePid(pid, command)) rmSync(file, { force: true });
    } catch {
      continue; // no such file: nothing is stale
    }
  }
}

/** In a session of its own: it outlives Crane, as an engine should. */
function startDaemon({ logFolder, environment }: Request): void {
  mkdirSync(logFolder, { recursive: true, mode: 0o700 });
  const log = openSync(join(logFolder, 'dockerd.log'), 'a', 0o600);
  const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log], env: environment });
  child.once('error', () => undefined); // told by the ping that never answers
  child.unref();
  closeSync(log);
}

function readDistribution(): string[] {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return lines.flatMap(
      (line) => /^(?:ID|ID_LIKE)=(.*)$/.exec(line)?.[1]?.replaceAll('"', '').split(' ') ?? [],
    );
  } catch {
    return [];
  }
}
