import { failed, ok, warning, type Check } from './check.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const leastMemory = 512 * MiB;
const leastDisk = 5 * GiB;
/** Limits of instances and parts rest on these. */
const neededControllers = ['memory', 'pids', 'cpu'];

export function judgeMemory(freeBytes: number): Check {
  const text = `${Math.round(freeBytes / MiB)} MiB available`;
  return freeBytes >= leastMemory
    ? ok('memory', text)
    : warning('memory', text, 'Close something: the platform needs about 250 MiB, apps come on top.');
}

/** `places` = folders on this machine that Crane and the engine fill, with the bytes that are free there. */
export function judgeDisk(places: readonly { folder: string; freeBytes: number }[]): Check {
  const text = places
    .map(({ folder, freeBytes }) => `${(freeBytes / GiB).toFixed(0)} GiB free at ${folder}`)
    .join(', ');
  return places.every(({ freeBytes }) => freeBytes >= leastDisk)
    ? ok('disk', text)
    : warning('disk', text, 'Free some space: images and builds need about 5 GiB.');
}

/** `writable` = the data folder, or its nearest folder that exists. */
export function judgeData(facts: {
  dataFolder: string;
  exists: boolean;
  writable: { folder: string; isWritable: boolean };
  isInstallation: boolean;
  foreign: readonly string[];
}): Check {
  const { dataFolder, writable } = facts;
  if (!writable.isWritable)
    return failed(
      'data folder',
      `${writable.folder} cannot be written to by this user`,
      'Change its permissions, or choose another: CRANE_DATA=…',
    );
  if (!facts.isInstallation && facts.foreign.length > 0)
    return failed(
      'data folder',
      `${dataFolder} holds files of something else: ${facts.foreign.slice(0, 3).join(', ')}`,
      'Choose a folder of its own: CRANE_DATA=…',
    );
  return ok('data folder', facts.exists ? dataFolder : `${dataFolder} (made by crane up)`);
}

/** `version` as the engine says it; `controllers` = those the kernel has switched on, null where they cannot be seen. */
export function judgeCgroup({
  version,
  controllers,
}: {
  version: string;
  controllers: readonly string[] | null;
}): Check {
  const name = `v${version === '' ? '1' : version}`;
  const missing = controllers === null ? [] : neededControllers.filter((item) => !controllers.includes(item));
  return missing.length === 0
    ? ok('cgroup', name)
    : warning(
        'cgroup',
        `${name} without ${missing.join(', ')}: such limits of apps have no effect`,
        'Switch them on with the kernel parameters cgroup_enable=memory swapaccount=1, and start the machine anew.',
      );
}

/** `version` = what iptables says, null when it is not installed. */
export function judgeIptables(version: string | null): Check {
  return version === null
    ? warning(
        'iptables',
        'not installed; the engine needs it for its networks and published ports',
        'Install it: apt-get install iptables (or the package of your distribution).',
      )
    : ok('iptables', version);
}

/** Controllers that are on: the content of cgroup.controllers (v2), or of /proc/cgroups (v1). */
export function parseControllers(text: string): string[] {
  if (!text.startsWith('#')) return text.trim().split(/\s+/);
  return text.split('\n').flatMap((line) => {
    const [name = '', , , enabled] = line.split(/\s+/);
    return enabled === '1' ? [name] : [];
  });
}
