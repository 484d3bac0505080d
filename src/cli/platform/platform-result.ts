import { z } from 'zod';

/** What `up` gives back: where things are. */
export const upResult = z.looseObject({
  /** Address of the control plane's API, whether it runs yet or not. */
  url: z.string(),
  dataDir: z.string(),
  /** Where the one-time token of a new control plane is written. */
  setupTokenPath: z.string(),
  logPath: z.string(),
  /** The control plane's entry file, built. */
  program: z.string(),
});
export type UpResult = z.infer<typeof upResult>;

export const downResult = z.looseObject({
  url: z.string().optional(),
  removed: z.looseObject({}).optional(),
});

/** One finding of `doctor`; `fix` says what to do about it. */
const check = z.looseObject({
  name: z.string(),
  state: z.string(),
  text: z.string().default(''),
  fix: z.string().nullish(),
});
export const doctorResult = z.looseObject({ ok: z.boolean(), checks: z.array(check).default([]) });
export type DoctorCheck = z.infer<typeof check>;
