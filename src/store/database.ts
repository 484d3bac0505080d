import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import { toStoreError } from './store-error.ts';

export type Parameters = Readonly<Record<string, SQLInputValue>>;

/** One connection. Statements are prepared once per text, rows are parsed, disk errors become store errors. */
export type Database = {
  /** All rows, parsed. */
  all<T>(row: z.ZodType<T>, sql: string, parameters?: Parameters): T[];
  /** The first row, parsed; null when there is none. */
  get<T>(row: z.ZodType<T>, sql: string, parameters?: Parameters): T | null;
  /** Returns how many rows changed. */
  run(sql: string, parameters?: Parameters): number;
  /** Several statements without parameters, not cached. */
  exec(sql: string): void;
  /** All or nothing; nested calls join the outer one, and undo their own part when they throw. */
  transaction<T>(work: () => T): T;
  /**
   * The same, and the disk is not waited for: a power cut may take it back, a death of the process does not. Never without all that was
   * committed after it, which flushes it too. Within another transaction it is a part of that.
   */
  unflushed<T>(work: () => T): T;
  /** Runs when the outermost transaction has been committed; at once when there is none. */
  afterCommit(work: () => void): void;
  close(): void;
};

// Every text is a constant of a repository file; the bound only guards against one that is built from data.
const maxStatements = 500;

/** Opens the file (`:memory:` for none). Waits up to five seconds for a lock another connection holds. */
export function createDatabase(path: string): Database {
  const raw = guarded(
    () => new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true, defensive: true }),
  );
  const prepare = createStatementCache(raw);
  const transactions = createTransactions(raw);
  return {
    all: (row, sql, parameters) =>
      guarded(() => prepare(sql).all(bound(parameters))).map((each) => row.parse({ ...each })),
    get: (row, sql, parameters) => {
      const found = guarded(() => prepare(sql).get(bound(parameters)));
      return found === undefined ? null : row.parse({ ...found });
    },
    run: (sql, parameters) => guarded(() => Number(prepare(sql).run(bound(parameters)).changes)),
    exec: (sql) => guarded(() => raw.exec(sql)),
    transaction: transactions.run,
    unflushed: transactions.unflushed,
    afterCommit: transactions.afterCommit,
    close: () => {
      if (raw.isOpen) raw.close();
    },
  };
}

function bound(parameters: Parameters = {}): Record<string, SQLInputValue> {
  return { ...parameters };
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw toStoreError(thrown);
  }
}

function createStatementCache(raw: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= maxStatements) statements.clear();
    const statement = raw.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}

function createTransactions(
  raw: DatabaseSync,
): Pick<Database, 'afterCommit' | 'unflushed'> & { run: Database['transaction'] } {
  let depth = 0;
  let waiting: (() => void)[] = [];
  function begin(): void {
    raw.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT nested_${depth}`);
    depth += 1;
  }
  function commit(): void {
    raw.exec(depth === 1 ? 'COMMIT' : `RELEASE nested_${depth - 1}`);
    depth -= 1;
  }
  function rollback(): void {
    depth -= 1;
    // SQLite rolls back by itself after a full disk and some I/O errors.
    if (!raw.isTransaction) return;
    raw.exec(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO nested_${depth}; RELEASE nested_${depth}`);
  }
  function perform<T>(work: () => T): T {
    const waitingBefore = waiting.length;
    guarded(begin);
    try {
      const result = work();
      if (result instanceof Promise) throw new TypeError('a transaction cannot wait: it must be synchronous');
      guarded(commit);
      return result;
    } catch (thrown) {
      waiting.length = waitingBefore;
      guarded(rollback);
      throw thrown;
    }
  }
  /** Statements that are no part of a transaction are flushed again after it. */
  function hurried<T>(work: () => T): T {
    guarded(() => raw.exec('PRAGMA synchronous = NORMAL'));
    try {
      return perform(work);
    } finally {
      guarded(() => raw.exec('PRAGMA synchronous = FULL'));
    }
  }
  function run<T>(work: () => T, isFlushed = true): T {
    if (depth > 0) return perform(work);
    const result = isFlushed ? perform(work) : hurried(work);
    const ready = waiting;
    waiting = [];
    for (const each of ready) each();
    return result;
  }

  return {
    run: (work) => run(work),
    unflushed: (work) => run(work, false),
    afterCommit: (work) => {
      if (depth === 0) work();
      else waiting.push(work);
    },
  };
}
