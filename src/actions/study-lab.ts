import { CraneError } from '../core/error/crane-error.ts';
import { isGoalMet, judgeAnswer } from '../core/lab/judge-goal.ts';
import type { Lab, LabRun, LabStep } from '../core/lab/lab.ts';
import type { LabRecords } from '../core/lab/lab-records.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { gatherLabRecords } from './gather-lab-records.ts';
import { requireAdmin } from './require-admin.ts';

export type LabSummary = Pick<Lab, 'id' | 'title' | 'level' | 'minutes' | 'summary'> & {
  steps: number;
  passed: number;
  /** Of the newest try; null = not begun. */
  startedAt: number | null;
  /** When the last goal was met; null = not all are. */
  finishedAt: number | null;
};

export type LabStepView = Pick<LabStep, 'id' | 'title' | 'text'> & {
  /** It is passed by an answer, not by what was done. */
  isQuestion: boolean;
  passedAt: number | null;
  hints: readonly string[];
  hintsLeft: number;
};

export type LabView = Omit<LabSummary, 'steps'> & {
  steps: LabStepView[];
  /** Told when all goals are met. */
  lesson: string | null;
};

export type LabBoardRow = {
  person: string;
  lab: string;
  startedAt: number;
  finishedAt: number | null;
  passed: number;
  steps: number;
  hints: number;
};

export function listLabs(deps: ActionDeps, actor: Actor): LabSummary[] {
  return deps.labs.map((lab) => ({
    ...summaryOf(lab, deps.store.labs.find(actor.user.id, lab.id)),
    steps: lab.steps.length,
  }));
}

/** The learner's try as it stands now: goals that are met for the first time are noted with the time. @throws `lab.not_found` */
export function showLab(deps: ActionDeps, actor: Actor, input: { lab: string }): LabView {
  const lab = findLab(deps, input.lab);
  const run = deps.store.labs.find(actor.user.id, lab.id);
  if (run === null) return viewOf(lab, null, null);
  const records = gatherLabRecords(deps, actor, run.startedAt);
  return viewOf(lab, passMet(deps, lab, run, records), records);
}

/** A new try; what was passed in an earlier one counts no more. Apps stay as they are. */
export function startLab(deps: ActionDeps, actor: Actor, input: { lab: string }): LabView {
  const lab = findLab(deps, input.lab);
  deps.store.labs.start({ userId: actor.user.id, lab: lab.id, at: deps.clock.now() });
  return showLab(deps, actor, input);
}

/** Shows the next hint of a step; how many were used is kept. */
export function takeHint(deps: ActionDeps, actor: Actor, input: { lab: string; step: string }): LabView {
  const { run, step } = findStep(deps, actor, input);
  const shown = run.hints[step.id] ?? 0;
  if (shown >= step.hints.length)
    throw new CraneError('input.invalid', {
      message: `${step.title}: there ${step.hints.length === 0 ? 'are no hints' : 'is no further hint'}.`,
      fix: 'Read the step again, or ask: crane lab show',
    });
  deps.store.labs.update(run.id, { ...run, hints: { ...run.hints, [step.id]: shown + 1 } });
  return showLab(deps, actor, input);
}

/** Judges an answer by the learner's own records. */
export function answerStep(
  deps: ActionDeps,
  actor: Actor,
  input: { lab: string; step: string; answer: string },
): LabView & { verdict: 'right' | 'wrong' | 'unknown' } {
  const { lab, step, run } = findStep(deps, actor, input);
  const { goal, id } = step;
  if (!('answer' in goal))
    throw new CraneError('input.invalid', {
      message: `${id}: this is met by doing it, not by an answer.`,
      fix: `Look at: crane lab show ${lab.id}`,
    });
  const records = gatherLabRecords(deps, actor, run.startedAt);
  const before = passMet(deps, lab, run, records);
  requireEarlierMet(viewOf(lab, before, records), id);
  const verdict = judgeAnswer(goal, records, input.answer);
  const after = verdict === 'right' ? passMet(deps, lab, pass(deps, before, [id]), records) : before;
  return { ...viewOf(lab, after, records), verdict };
}

/** Who met which goals, for admins: teachers. */
export function showLabBoard(deps: ActionDeps, actor: Actor): LabBoardRow[] {
  requireAdmin(actor);
  return deps.store.labs.list().flatMap((run) => {
    const lab = deps.labs.find(({ id }) => id === run.lab);
    const person = deps.store.users.find(run.userId)?.name;
    if (lab === undefined || person === undefined) return [];
    const { passed, finishedAt } = summaryOf(lab, run);
    const hints = Object.values(run.hints).reduce((sum, count) => sum + count, 0);
    return [
      { person, lab: lab.id, startedAt: run.startedAt, finishedAt, passed, steps: lab.steps.length, hints },
    ];
  });
}

function findLab({ labs }: ActionDeps, id: string): Lab {
  const lab = labs.find((each) => each.id === id);
  if (lab !== undefined) return lab;
  throw new CraneError('lab.not_found', {
    message: `There is no lab ${JSON.stringify(id.slice(0, 80))}.`,
    fix: `There are: ${labs.map((each) => each.id).join(', ')}.`,
  });
}

function findStep(
  deps: ActionDeps,
  actor: Actor,
  input: { lab: string; step: string },
): { lab: Lab; run: LabRun; step: LabStep } {
  const lab = findLab(deps, input.lab);
  const step = lab.steps.find(({ id }) => id === input.step);
  if (step === undefined)
    throw new CraneError('lab.not_found', {
      message: `The lab ${lab.id} has no step ${JSON.stringify(input.step.slice(0, 80))}.`,
      fix: `It has: ${lab.steps.map(({ id }) => id).join(', ')}.`,
    });
  const run = deps.store.labs.find(actor.user.id, lab.id);
  if (run !== null) return { lab, run, step };
  throw new CraneError('lab.not_begun', {
    message: `You have not begun the lab ${lab.id}.`,
    fix: `Begin it with: crane lab start ${lab.id}`,
  });
}

/** Steps build on each other: a goal counts when those before it are met. */
function metInOrder(lab: Lab, run: LabRun, records: LabRecords): string[] {
  const open = lab.steps.findIndex(
    ({ id, goal }) => run.passed[id] === undefined && !isGoalMet(goal, records),
  );
  return lab.steps.slice(0, open === -1 ? undefined : open).map(({ id }) => id);
}

function requireEarlierMet({ id, steps }: LabView, step: string): void {
  const open = steps.find(({ passedAt }) => passedAt === null);
  if (open === undefined || steps.findIndex((each) => each.id === step) <= steps.indexOf(open)) return;
  throw new CraneError('input.invalid', {
    message: `Another step comes first: ${open.title}.`,
    fix: `Look at: crane lab show ${id}`,
  });
}

function passMet(deps: ActionDeps, lab: Lab, run: LabRun, records: LabRecords): LabRun {
  return pass(deps, run, metInOrder(lab, run, records));
}

/** Notes goals that were met; once met is met. */
function pass({ store, clock }: ActionDeps, run: LabRun, met: readonly string[]): LabRun {
  const fresh = met.filter((id) => run.passed[id] === undefined);
  if (fresh.length === 0) return run;
  const now = clock.now();
  const passed = { ...run.passed, ...Object.fromEntries(fresh.map((id) => [id, now])) };
  store.labs.update(run.id, { ...run, passed });
  return { ...run, passed };
}

function summaryOf(lab: Lab, run: LabRun | null): Omit<LabSummary, 'steps'> {
  const { id, title, level, minutes, summary } = lab;
  const times = lab.steps.flatMap((step) => run?.passed[step.id] ?? []);
  const finishedAt = times.length === lab.steps.length ? Math.max(...times) : null;
  return {
    id,
    title,
    level,
    minutes,
    summary,
    passed: times.length,
    startedAt: run?.startedAt ?? null,
    finishedAt,
  };
}

function viewOf(lab: Lab, run: LabRun | null, records: LabRecords | null): LabView {
  const summary = summaryOf(lab, run);
  const app = records?.services.at(-1)?.['app'];
  const fill = (text: string): string =>
    text.replaceAll('{app}', typeof app === 'string' ? app : 'whoami-1').trim();
  return {
    ...summary,
    lesson: summary.finishedAt === null ? null : fill(lab.lesson),
    steps: lab.steps.map((step) => {
      const shown = run?.hints[step.id] ?? 0;
      return {
        id: step.id,
        title: step.title,
        text: fill(step.text),
        isQuestion: 'answer' in step.goal,
        passedAt: run?.passed[step.id] ?? null,
        hints: step.hints.slice(0, shown).map(fill),
        hintsLeft: step.hints.length - shown,
      };
    }),
  };
}
