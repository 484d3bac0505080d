import { CraneError } from '../core/error/crane-error.ts';

// Primary result codes: https://www.sqlite.org/rescode.html
const sqlite = { busy: 5, locked: 6, readOnly: 8, io: 10, corrupt: 11, full: 13, cantOpen: 14, notADb: 26 };
const sqliteConstraintUnique = 2067;

const unavailable: Readonly<Record<number, { message: string; fix: string }>> = {
  [sqlite.busy]: {
    message: 'the database is held by another program',
    fix: 'Close the program that has it open (a second Crane, a database tool), then try again.',
  },
  [sqlite.locked]: {
    message: 'the database is held by another program',
    fix: 'Close the program that has it open (a second Crane, a database tool), then try again.',
  },
  [sqlite.readOnly]: {
    message: 'the database cannot be written to',
    fix: 'Make the data folder and its files writable for the user Crane runs as.',
  },
  [sqlite.io]: {
    message: 'the disk answered with an error',
    fix: 'Look at the disk and its file system, then restart Crane.',
  },
  [sqlite.cantOpen]: {
    message: 'the database file cannot be opened',
    fix: 'Check that the data folder exists and that the user Crane runs as may write to it.',
  },
  [sqlite.corrupt]: {
    message: 'the database file is damaged',
    fix: 'Restore the data folder from a backup.',
  },
  [sqlite.notADb]: {
    message: 'the database file is not a database',
    fix: 'Restore the data folder from a backup, or choose another one.',
  },
};

function sqliteCode(thrown: unknown): number | null {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return null;
  return typeof thrown.errcode === 'number' ? thrown.errcode : null;
}

/** True when a row with this unique value exists already. */
export function isDuplicate(thrown: unknown): boolean {
  return sqliteCode(thrown) === sqliteConstraintUnique;
}

/** A full disk is `store.full`; a file that cannot be used is `store.unavailable`; anything else is returned as it is. */
export function toStoreError(thrown: unknown): unknown {
  const code = sqliteCode(thrown);
  if (code === null) return thrown;
  const primary = code & 0xff;
  if (primary === sqlite.full) {
    return new CraneError(
      'store.full',
      { message: 'the disk that holds the database is full', fix: 'Free some space, then try again.' },
      { cause: thrown },
    );
  }
  const facts = unavailable[primary];
  return facts === undefined ? thrown : new CraneError('store.unavailable', facts, { cause: thrown });
}
