import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CraneError } from '../core/error/crane-error.ts';
import { toStoreError } from './store-error.ts';

export type Lease = { release(): void };

const sqliteBusy = 5;

/** Locks held by this process: one that nobody refers to would be collected, and the lease with it. */
const held = new Set<DatabaseSync>();

/**
 * Makes this process the only control plane of a data folder: an open exclusive transaction on a file of its own, which
 * the operating system ends when the process dies, however it dies. A second one fails with `lease.held`, naming the
 * process that holds it. `path` must not be the database of the store. Waits up to `waitMs` for a leaving holder.
 */
export function acquireLease({ path, waitMs = 0 }: { path: string; waitMs?: number }): Lease {
  const lock = openLock(path, waitMs);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (thrown) {
    lock.close();
    throw isBusy(thrown) ? heldError(path, thrown) : toStoreError(thrown);
  }
  held.add(lock);
  writeFileSync(holderFile(path), `${process.pid}\n`, { mode: 0o600 });
  return {
    release: () => {
      if (!held.delete(lock)) return;
      rmSync(holderFile(path), { force: true });
      lock.close();
    },
  };
}

function openLock(path: string, waitMs: number): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return new DatabaseSync(path, { timeout: waitMs });
  } catch (cause) {
    throw new CraneError(
      'store.unavailable',
      {
        message: `the file ${path} cannot be opened for writing`,
        fix: 'Check that the data folder exists and that the user Crane runs as may write to it.',
      },
      { cause },
    );
  }
}

function isBusy(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    'errcode' in thrown &&
    typeof thrown.errcode === 'number' &&
    (thrown.errcode & 0xff) === sqliteBusy
  );
}

function heldError(path: string, cause: unknown): CraneError {
  const holder = readHolder(path);
  return new CraneError(
    'lease.held',
    {
      message: `another Crane control plane uses this data folder${holder === null ? '' : ` (process ${holder})`}`,
      fix: 'Stop it with "crane down", or choose another data folder.',
    },
    { cause },
  );
}

function holderFile(path: string): string {
  return `${path}.pid`;
}

function readHolder(path: string): number | null {
  try {
    const pid = Number(readFileSync(holderFile(path), 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    // The holder has just taken it, or is just leaving.
    return null;
  }
}
