import { z } from 'zod';
import { recordKinds } from './lab-records.ts';

const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a short name of lower-case letters, digits and hyphens');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a value must be: equal to one, within bounds, one of several, or there at all. */
const matcher = z.union([
  scalar,
  z.strictObject({ min: z.number().optional(), max: z.number().optional() }),
  z.strictObject({ oneOf: z.array(scalar).min(1) }),
  z.strictObject({ exists: z.boolean() }),
]);

const search = {
  find: z.enum(recordKinds),
  where: z.record(z.string(), matcher).default({}),
};

/** Met by Crane's own records of the learner's apps since the lab began, or by an answer that equals what such a record holds. */
const goal = z.union([
  z.strictObject({ ...search, atLeast: z.int().min(1).default(1) }),
  z.strictObject({ answer: z.strictObject({ ...search, field: z.string().min(1) }) }),
]);

const step = z.strictObject({
  id,
  title: z.string().min(1).max(80),
  /** Plain text; paragraphs are parted by empty lines, lines that begin with two spaces are commands. `{app}` is the learner's newest app. */
  text: z.string().min(1),
  hints: z.array(z.string().min(1)).default([]),
  goal,
});

/** One lab as its file has it (labs/NAME.yaml). */
export const labSchema = z.strictObject({
  title: z.string().min(1).max(80),
  level: z.int().min(1).max(3),
  minutes: z.int().min(1).max(240),
  summary: z.string().min(1).max(200),
  /** What was learnt, told when all goals are met. */
  lesson: z.string().min(1),
  steps: z
    .array(step)
    .min(1)
    .refine(
      (steps) => new Set(steps.map((each) => each.id)).size === steps.length,
      'must have ids of their own',
    ),
});

export type Lab = z.infer<typeof labSchema> & { id: string };
export type LabStep = Lab['steps'][number];
export type LabGoal = LabStep['goal'];
export type LabMatcher = z.infer<typeof matcher>;
export type LabWhere = Readonly<Record<string, LabMatcher>>;

/** One learner's try of a lab. */
export type LabRun = {
  id: number;
  userId: number;
  lab: string;
  startedAt: number;
  /** When each goal was first seen met, by step. */
  passed: Readonly<Record<string, number>>;
  /** How many hints of each step were asked for. */
  hints: Readonly<Record<string, number>>;
};
