import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { EngineInfo } from '../../runtime/docker/client/object-reply.ts';
import { foreignEntries } from '../data-folder.ts';
import { findInstallation } from '../installation.ts';
import { runProgram } from '../run-program.ts';
import { ok, type Check } from './check.ts';
import {
  judgeCgroup,
  judgeData,
  judgeDisk,
  judgeIptables,
  judgeMemory,
  parseControllers,
} from './judge-machine.ts';

type Environment = Readonly<Record<string, string | undefined>>;
const programTimeoutMs = 10_000;

/** What this machine itself gives; `info` is null when no engine answers, `isLocal` false when it runs elsewhere. */
export async function observeMachine(request: {
  dataFolder: string;
  environment: Environment;
  info: EngineInfo | null;
  isLocal: boolean;
}): Promise<Check[]> {
  const { dataFolder, environment, info, isLocal } = request;
  const isLinux = process.platform === 'linux';
  return [
    observeData(dataFolder),
    judgeMemory(process.availableMemory()),
    observeDisk([dataFolder, ...(isLocal && info !== null ? [info.rootFolder] : [])]),
    ...(info === null ? [] : [observeCgroup(info, isLocal && isLinux)]),
    ...(isLocal && isLinux ? [judgeIptables(await readIptables(environment))] : []),
  ];
}

/** `go version`, null when there is no Go on PATH. */
export async function readGo(environment: Environment): Promise<string | null> {
  const { exitCode, output } = await runProgram('go', ['version'], {
    environment,
    timeoutMs: programTimeoutMs,
  });
  return exitCode === 0 ? output.trim() : null;
}

/** Networks this machine is on, loopback left out. */
export function readInterfaces(): { name: string; subnet: string }[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ internal, cidr }) =>
      internal || cidr === null ? [] : [{ name, subnet: cidr }],
    ),
  );
}

async function readIptables(environment: Environment): Promise<string | null> {
  const path = [environment['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':');
  const run = await runProgram('iptables', ['--version'], {
    environment: { ...environment, PATH: path },
    timeoutMs: programTimeoutMs,
  });
  return run.exitCode === 0 ? run.output.trim() : null;
}

function observeData(dataFolder: string): Check {
  const place = nearestFolder(dataFolder);
  return judgeData({
    dataFolder,
    exists: place === dataFolder,
    writable: { folder: place, isWritable: isWritable(place) },
    isInstallation: findInstallation(dataFolder) !== null,
    foreign: isWritable(place) ? foreignEntries(dataFolder) : [],
  });
}

function observeDisk(folders: readonly string[]): Check {
  const seen = new Map<string, { folder: string; freeBytes: number }>();
  for (const folder of folders.filter((item) => item !== '').map(nearestFolder)) {
    try {
      const { bavail, bsize, blocks, type } = statfsSync(folder);
      // Two folders of one file system are one place.
      seen.set(`${type} ${blocks} ${bavail}`, { folder, freeBytes: bavail * bsize });
    } catch {
      continue; // another user's: not ours to look at
    }
  }
  return seen.size === 0 ? ok('disk', 'not known') : judgeDisk([...seen.values()]);
}

function observeCgroup({ cgroupVersion: version }: EngineInfo, isVisible: boolean): Check {
  const place = version === '2' ? '/sys/fs/cgroup/cgroup.controllers' : '/proc/cgroups';
  const isThere = isVisible && existsSync(place);
  return judgeCgroup({
    version,
    controllers: isThere ? parseControllers(readFileSync(place, 'utf8')) : null,
  });
}

function nearestFolder(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
