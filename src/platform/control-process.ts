import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

/** File with the pid of the control plane of a data folder. */
const pidFile = (dataFolder: string): string => join(dataFolder, 'crane.pid');
/** Held open by the control plane as long as it lives. */
const leaseFile = (dataFolder: string): string => join(dataFolder, 'lease.db');

export function writePid(dataFolder: string): void {
  writeFileSync(pidFile(dataFolder), `${process.pid}\n`, { mode: 0o600 });
}

export function removePid(dataFolder: string): void {
  if (readPid(dataFolder) === process.pid) rmSync(pidFile(dataFolder), { force: true });
}

/**
 * The running control plane of this data folder; null for a stale file. A pid is used again by the system: what bears it
 * now counts only when it is a control plane and holds the lease of this very folder.
 */
export function findControlProcess(dataFolder: string): number | null {
  const pid = readPid(dataFolder);
  return pid !== null && isControlProcess(pid, dataFolder) ? pid : null;
}

/**
 * SIGTERM, then SIGKILL when it does not end in time. True when there was one; it is gone then.
 * `graceMs` is longer than the ten seconds in which a control plane stops by itself.
 */
export async function stopControlProcess(dataFolder: string, graceMs = 15_000): Promise<boolean> {
  const pid = findControlProcess(dataFolder);
  if (pid === null) return false;
  const isGone = async (): Promise<true | null> => (isServing(pid) ? null : true);
  process.kill(pid, 'SIGTERM');
  if ((await waitFor(isGone, { timeoutMs: graceMs, everyMs: 50 })) === null) {
    process.kill(pid, 'SIGKILL');
    await waitFor(isGone, { timeoutMs: 5_000, everyMs: 50 });
  }
  // One that was killed leaves its file.
  if (readPid(dataFolder) === pid) rmSync(pidFile(dataFolder), { force: true });
  return true;
}

function isControlProcess(pid: number, dataFolder: string): boolean {
  if (!isServing(pid)) return false;
  return process.platform !== 'linux' || holdsOpen(pid, leaseFile(dataFolder));
}

/** Whether this process lives and is a control plane, built or from source, of whichever folder. */
function isServing(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes('serve') && words.some((word) => /\bmain\.[jt]s$/.test(word));
  } catch {
    return false; // gone, or another user's
  }
}

function holdsOpen(pid: number, path: string): boolean {
  try {
    const real = realpathSync(path);
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some(
      (fd) => existsSync(join(folder, fd)) && readlinkSync(join(folder, fd)) === real,
    );
  } catch {
    return false; // no lease was ever taken here, or the process is just ending
  }
}

function readPid(dataFolder: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile(dataFolder), 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // no file: none was started
  }
}
