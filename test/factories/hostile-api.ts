import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { problemSchema, type Problem } from '../../src/api/schema/problem-schema.ts';
import type { FakeWorld } from './action-deps.ts';
import { tempStore } from './temp-store.ts';
import { testApi, type TestApi } from './test-api.ts';

/** What of an answer is looked at; of those of `inject` and of `fetch` alike. */
export type Refused = { status: number; type: string; body: string };

export type HostileApi = TestApi & {
  /** Does the work, and checks that the API still answers, that nothing changed and no fault was logged. */
  unharmed: <T>(what: string, work: () => Promise<T>) => Promise<T>;
  /** The same of one request, which must be refused. */
  refused: (
    what: string,
    expected: RegExp,
    ask: () => Promise<LightMyRequestResponse | Refused>,
  ) => Promise<Problem>;
};

/** Where refusals themselves are written down. */
const noted = new Set(['audit', 'feed', 'admissions']);

/** The public API on a real store of which every row is watched. */
export async function hostileApi(test: TestContext, given: Partial<FakeWorld> = {}): Promise<HostileApi> {
  const { store, path } = tempStore(test);
  const made = await testApi(test, given, store);
  const state = (): unknown => ({ rows: readRows(path), nudged: made.world.nudged, wakes: made.world.wakes });
  const unharmed: HostileApi['unharmed'] = async (what, work) => {
    const before = structuredClone(state());
    const result = await work();
    const { statusCode } = await made.api.inject({ url: '/healthz' });
    assert.equal(statusCode, 200, `${what}: it still answers`);
    assert.deepEqual(state(), before, `${what} changed something`);
    assert.deepEqual(
      made.logged.filter(({ level }) => level === 'error'),
      [],
      what,
    );
    return result;
  };
  return {
    ...made,
    unharmed,
    refused: (what, expected, ask) =>
      unharmed(what, async () => refusalOf(what, expected, lookAt(await ask()))),
  };
}

/** Checks that the answer is a problem document, told as `<status> <code> <what is told>`. */
export function refusalOf(what: string, expected: RegExp, { status, type, body }: Refused): Problem {
  assert.match(type, /^application\/problem\+json/, `${what}: ${status} ${type}`);
  const problem = problemSchema.parse(JSON.parse(body));
  assert.equal(problem.status, status, what);
  const told = [problem.detail, ...(problem.errors ?? []).map(({ message }) => message)].join(' ');
  assert.match(`${status} ${problem.code} ${told}`, expected, what);
  return problem;
}

/** Either kind of answer, in one form. */
export function lookAt(answer: LightMyRequestResponse | Refused): Refused {
  if ('status' in answer) return answer;
  return {
    status: answer.statusCode,
    type: String(answer.headers['content-type']),
    body: answer.body,
  };
}

/** The answer of `fetch`, read. */
export async function readRefused(response: Response): Promise<Refused> {
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: await response.text(),
  };
}

/** All rows of all tables, but of those that tell of refusals; when a token was last used is no change. */
function readRows(path: string): Record<string, unknown[]> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ name }) => String(name))
      .filter((name) => !noted.has(name));
    return Object.fromEntries(
      tables.map((name) => [
        name,
        database
          .prepare(`SELECT * FROM "${name}"`)
          .all()
          .map((row) => ({ ...row, last_used_at: null })),
      ]),
    );
  } finally {
    database.close();
  }
}
