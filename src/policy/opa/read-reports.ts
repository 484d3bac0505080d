import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';
import type { PolicyTests } from '../../core/policy/policy-draft.ts';

const location = z.looseObject({ file: z.string(), row: z.number(), col: z.number().optional() });
const checkReport = z.object({
  errors: z.array(z.looseObject({ message: z.string(), location: location.optional() })),
});
const testReport = z.array(
  z.looseObject({
    package: z.string(),
    name: z.string(),
    fail: z.unknown().optional(),
    error: z.unknown().optional(),
    location,
  }),
);
const execReport = z.object({
  result: z.array(z.object({ path: z.string(), result: z.unknown().optional() })),
});

const mostProblems = 50;

/** What `opa check --format=json` found, each as `file:line:column message`; its own words when they are no report. */
export function readCheckReport(text: string): string[] {
  const parsed = checkReport.safeParse(parseJson(text));
  if (!parsed.success) return wordsOf(text);
  const problems = parsed.data.errors.map(({ message, location: at }) => {
    const place = at === undefined ? '' : `${shorten(at.file)}:${at.row}:${Math.max(1, at.col ?? 1)} `;
    return `${place}${shorten(message)}`;
  });
  return [...new Set(problems)].slice(0, mostProblems);
}

/** What `opa test --format=json` says; no test at all is a failure. Null when it is no report. */
export function readTestReport(exitCode: number, stdout: string): PolicyTests | null {
  const parsed = testReport.safeParse(parseJson(stdout));
  if (!parsed.success) return null;
  const failed = parsed.data.filter(({ fail, error }) => fail === true || error !== undefined);
  const problems = failed.map(
    ({ package: room, name, location: at }) => `${shorten(at.file)}:${at.row} ${room}.${name} failed`,
  );
  const passed = parsed.data.length - failed.length;
  if (parsed.data.length === 0) problems.push('there is no test');
  return { isOk: exitCode === 0 && passed > 0, passed, failed: failed.length, problems };
}

/** What `opa exec` decided, by file of input; null when it is no report. */
export function readExecReport(stdout: string): Map<string, unknown> | null {
  const parsed = execReport.safeParse(parseJson(stdout));
  return parsed.success ? new Map(parsed.data.result.map(({ path, result }) => [path, result])) : null;
}

export function wordsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => shorten(line).trim())
    .filter((line) => line !== '')
    .slice(0, mostProblems);
}

function shorten(text: string): string {
  return text.replaceAll('/draft/policies/', '').slice(0, 500);
}
