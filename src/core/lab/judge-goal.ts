import type { LabGoal, LabMatcher, LabWhere } from './lab.ts';
import type { LabRecord, LabRecords } from './lab-records.ts';

/** Whether the records meet the goal; one that wants an answer needs the learner's word. Pure. */
export function isGoalMet(goal: LabGoal, records: LabRecords): boolean {
  if ('answer' in goal) return false;
  return records[goal.find].filter((record) => matches(record, goal.where)).length >= goal.atLeast;
}

/**
 * Whether an answer is what the records hold: `unknown` while there is nothing to compare it with. Numbers may be rounded: 5 in a hundred are
 * forgiven.
 */
export function judgeAnswer(
  goal: LabGoal,
  records: LabRecords,
  answer: string,
): 'right' | 'wrong' | 'unknown' {
  if (!('answer' in goal)) return 'unknown';
  const { find, where, field } = goal.answer;
  const known = records[find]
    .filter((record) => matches(record, where))
    .flatMap((record) => valuesAt(record, field))
    .filter((value) => typeof value === 'string' || typeof value === 'number');
  if (known.length === 0) return 'unknown';
  return known.some((value) => isSame(value, answer.trim())) ? 'right' : 'wrong';
}

function isSame(value: string | number, answer: string): boolean {
  if (typeof value === 'string') return value.toLowerCase() === answer.toLowerCase();
  const number = answer === '' ? Number.NaN : Number(answer);
  return Math.abs(number - value) <= Math.abs(value) * 0.05;
}

function matches(record: LabRecord, where: LabWhere): boolean {
  return Object.entries(where).every(([path, wanted]) => {
    const values = valuesAt(record, path);
    if (isExistence(wanted)) return values.some((value) => value != null) === wanted.exists;
    return values.some((value) => isAsWanted(value, wanted));
  });
}

function isExistence(wanted: LabMatcher): wanted is { exists: boolean } {
  return typeof wanted === 'object' && wanted !== null && 'exists' in wanted;
}

function isAsWanted(value: unknown, wanted: LabMatcher): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if ('oneOf' in wanted) return wanted.oneOf.some((one) => one === value);
  if ('exists' in wanted || typeof value !== 'number') return false;
  return value >= (wanted.min ?? -Infinity) && value <= (wanted.max ?? Infinity);
}

/** Everything at `a.b.c`; through a list the way goes to each of its members. */
function valuesAt(record: LabRecord, path: string): unknown[] {
  return path
    .split('.')
    .reduce<unknown[]>(
      (found, key) =>
        found.flatMap((value) =>
          [value]
            .flat()
            .flatMap((each: unknown) =>
              isRecord(each) && Object.hasOwn(each, key) ? [each[key]].flat() : [],
            ),
        ),
      [record],
    );
}

function isRecord(value: unknown): value is LabRecord {
  return typeof value === 'object' && value !== null;
}
