import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { Report } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { waitFor } from '../wait-for.ts';
import {
  isDaemonAlive,
  readLogEnd,
  removeStaleFiles,
  startDaemon,
  systemDaemon,
  type Daemon,
  type StartedDaemon,
} from './daemon.ts';
import { decideEngine, parseDistribution, type EngineFacts } from './decide-engine.ts';
import { installEngine } from './install-engine.ts';

type Request = {
  client: EngineClient;
  environment: Readonly<Record<string, string | undefined>>;
  logFolder: string;
  report: Report;
  signal?: AbortSignal;
};

const usualSocket = 'unix:///var/run/docker.sock';
const startTimeoutMs = 30_000;
/** Where dockerd lies when PATH has no folders of the administrator. */
const sbin = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin'];

/**
 * Makes sure that an engine answers: uses the one that is there, else (as root on Debian or Ubuntu, and only for the
 * usual socket of this machine) installs and starts it, with or without systemd. Otherwise throws `engine.unreachable`
 * or `platform.missing_tool` with exactly what to do.
 */
export async function ensureEngine(request: Request): Promise<{ version: string; apiVersion: string }> {
  const { client, report, signal } = request;
  report({ step: 'engine', state: 'started', text: `looking for the Docker engine at ${client.where}` });
  try {
    const failure = await askEngine(request);
    if (failure !== null) await provide(request, failure);
    const { version, apiVersion } = await client.system.version(signal);
    const spoken = await client.apiVersion(signal);
    report({ step: 'engine', state: 'done', text: `Docker engine ${version} (API ${spoken})` });
    return { version, apiVersion };
  } catch (error) {
    if (signal?.aborted !== true)
      report({ step: 'engine', state: 'failed', text: toCraneError(error).message });
    throw error;
  }
}

/** Null when it answers; the error when nothing does and one could be started. */
async function askEngine({ client, signal }: Request): Promise<CraneError | null> {
  try {
    await client.system.ping(signal);
    return null;
  } catch (error) {
    const failure = toCraneError(error);
    if (failure.code !== 'engine.unreachable' || isForbidden(failure)) throw failure;
    return failure;
  }
}

/** It runs, but not for this user: its own fix stands. */
function isForbidden({ cause }: CraneError): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM');
}

async function provide(request: Request, failure: CraneError): Promise<void> {
  const { report, signal } = request;
  let decision = decideEngine(lookAround(request));
  if (decision.kind === 'start' && decision.isInstalling) {
    await installEngine(request);
    // Packages start their service by themselves where the machine lets them.
    decision = decideEngine(lookAround(request));
  }
  if (decision.kind === 'refuse')
    throw new CraneError(
      'engine.unreachable',
      { message: `${failure.message} ${decision.why}`.trim(), fix: decision.fix },
      { cause: failure },
    );
  if (decision.kind === 'wait') {
    report({
      step: 'engine',
      state: 'progress',
      text: 'the Docker engine runs already; waiting for its answer',
    });
    return awaitAnswer(request, { log: logOfSystem(request), started: null });
  }
  if (decision.isSystemd) {
    report({ step: 'engine', state: 'progress', text: 'starting docker.service' });
    await runProgram('systemctl', ['start', 'docker'], {
      environment: request.environment,
      timeoutMs: startTimeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    return awaitAnswer(request, { log: logOfSystem(request), started: null });
  }
  return startAlone(request, systemDaemon);
}

/** Starts the engine without a service manager, and waits for its answer. */
export async function startAlone(request: Request, daemon: Daemon): Promise<void> {
  const { report, environment, logFolder } = request;
  const removed = removeStaleFiles(daemon);
  const why = removed.length === 0 ? '' : ` (removed what a killed one left: ${removed.join(', ')})`;
  report({ step: 'engine', state: 'progress', text: `starting ${daemon.command}${why}` });
  const logPath = ownLog(logFolder);
  const path = [environment['PATH'] ?? '', ...sbin].join(':');
  const started = startDaemon(daemon, { logPath, environment: { ...environment, PATH: path } });
  await awaitAnswer(request, { log: logPath, started });
}

/** A daemon that ended will not answer: its wait ends at once. */
async function awaitAnswer(
  { client, signal }: Request,
  { log, started }: { log: string; started: StartedDaemon | null },
): Promise<void> {
  const ask = async (): Promise<'answers' | 'ended' | null> => {
    try {
      await client.system.ping(signal);
      return 'answers';
    } catch (error) {
      const { code } = toCraneError(error);
      if (code !== 'engine.unreachable' && code !== 'engine.timed_out') throw error;
      return started?.ended() === null || started === null ? null : 'ended';
    }
  };
  const outcome = await waitFor(ask, { timeoutMs: startTimeoutMs, everyMs: 100, signal });
  if (outcome === 'answers') return;
  const why = started?.ended() ?? `it does not answer within ${startTimeoutMs / 1000} s`;
  const end = started === null ? '' : readLogEnd(log);
  throw new CraneError('engine.unreachable', {
    message: `The Docker engine was started, but ${why}${end === '' ? '' : `: ${end}`}`,
    fix: `Read its log: ${log}`,
  });
}

const ownLog = (logFolder: string): string => join(logFolder, 'dockerd.log');
const hasSystemd = (): boolean => existsSync('/run/systemd/system');
const logOfSystem = ({ logFolder }: Request): string =>
  hasSystemd() ? 'journalctl -u docker' : ownLog(logFolder);

function lookAround({ client, environment }: Request): EngineFacts {
  const folders = [...(environment['PATH'] ?? '').split(':'), ...sbin];
  return {
    isRoot: process.getuid?.() === 0,
    isLinux: process.platform === 'linux',
    distribution: readDistribution(),
    hasDaemon: folders.some((folder) => folder !== '' && existsSync(join(folder, systemDaemon.command))),
    isDaemonAlive: isDaemonAlive(systemDaemon),
    isSystemd: hasSystemd(),
    isDefaultSocket: client.where === usualSocket,
  };
}

function readDistribution(): string[] {
  try {
    return parseDistribution(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return [];
  }
}
