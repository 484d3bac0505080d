import type { LabRun } from '../lab/lab.ts';

/** Tries of labs: of each learner and lab the newest counts. */
export type LabStore = {
  start(run: { userId: number; lab: string; at: number }): LabRun;
  /** The newest. */
  find(userId: number, lab: string): LabRun | null;
  /** Everybody's newest tries, by person and lab. */
  list(): LabRun[];
  update(id: number, change: Pick<LabRun, 'passed' | 'hints'>): void;
};
