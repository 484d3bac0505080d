import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

/** File with the pid of the control plane of a data folder. */
const pidFile = (dataFolder: string): string => join(dataFolder, 'crane.pid');

export function writePid(dataFolder: string): void {
  writeFileSync(pidFile(dataFolder), `${process.pid}\n`, { mode: 0o600 });
}

export function removePid(dataFolder: string): void {
  if (readPid(dataFolder) === process.pid) rmSync(pidFile(dataFolder), { force: true });
}

/** The running control plane of this data folder; null for a stale file or another process with that pid. */
export function findControlProcess(dataFolder: string): number | null {
  const pid = readPid(dataFolder);
  if (pid === null) return null;
  try {
    process.kill(pid, 0);
  } catch {
    return null;
  }
  const place = `/proc/${pid}/cmdline`;
  if (!existsSync(place)) return process.platform === 'linux' ? null : pid;
  const words = readFileSync(place, 'utf8').split('\0');
  return words.includes('serve') && words.some((word) => word.endsWith('main.ts')) ? pid : null;
}

/** SIGTERM, then SIGKILL when it does not end in time. True when there was one. */
export async function stopControlProcess(dataFolder: string, graceMs = 15_000): Promise<boolean> {
  const pid = findControlProcess(dataFolder);
  if (pid === null) return false;
  process.kill(pid, 'SIGTERM');
  const isGone = async (): Promise<true | null> => (findControlProcess(dataFolder) === pid ? null : true);
  if ((await waitFor(isGone, { timeoutMs: graceMs, everyMs: 50 })) === null) {
    process.kill(pid, 'SIGKILL');
    await waitFor(isGone, { timeoutMs: 5_000, everyMs: 50 });
  }
  return true;
}

function readPid(dataFolder: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile(dataFolder), 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // no file: none was started
  }
}
