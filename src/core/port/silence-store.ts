import type { Silence } from '../alert/silence.ts';

/** Alerts that people silenced, by app. */
export type SilenceStore = {
  create(silence: Omit<Silence, 'id' | 'endedAt'>): Silence;
  /** In force now; maintenance first. */
  active(appId: number, now: number): Silence[];
  /** Newest first, ended ones too. */
  list(appId: number, limit: number): Silence[];
  /** Everybody's whose time is over and that nobody ended. */
  overdue(now: number): Silence[];
  end(id: number, at: number): void;
};
