import { z } from 'zod';
import { listOf, named, time } from './components.ts';

const summary = {
  id: z.string(),
  title: z.string(),
  level: z.int().min(1).max(3),
  minutes: z.int(),
  summary: z.string(),
  passed: z.int().describe('Steps whose goal is met.'),
  startedAt: time.nullable().describe('Of the newest try; null: not begun.'),
  finishedAt: time.nullable().describe('When the last goal was met.'),
};

export const labsSchema = listOf(named('LabSummary', z.object({ ...summary, steps: z.int() })));

const labStepSchema = named(
  'LabStep',
  z.object({
    id: z.string(),
    title: z.string(),
    text: z.string().describe('Plain text; lines that begin with two spaces are commands.'),
    isQuestion: z.boolean().describe('Passed by an answer, not by what was done.'),
    passedAt: time.nullable(),
    hints: z.array(z.string()).readonly().describe('Those that were asked for.'),
    hintsLeft: z.int(),
  }),
);
const lab = {
  ...summary,
  steps: z.array(labStepSchema).readonly(),
  lesson: z.string().nullable().describe('Told when all goals are met.'),
};
export const labSchema = named('Lab', z.object(lab));
export const judgedLabSchema = named(
  'JudgedLab',
  z.object({
    ...lab,
    verdict: z
      .enum(['right', 'wrong', 'unknown'])
      .describe('unknown: nothing was recorded yet that the answer could be compared with.'),
  }),
);
export const labAnswerBody = named('LabAnswer', z.strictObject({ answer: z.string().min(1).max(200) }));
export const labBoardSchema = listOf(
  named(
    'LabBoardRow',
    z.object({
      person: z.string(),
      lab: z.string(),
      startedAt: time,
      finishedAt: time.nullable(),
      passed: z.int(),
      steps: z.int(),
      hints: z.int().describe('How many were asked for.'),
    }),
  ),
);
