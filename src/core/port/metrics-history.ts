import type { History, SeriesName } from '../history/history.ts';

/** Reads what was measured before. Throws `part.unavailable` when the part cannot be asked. */
export type MetricsHistory = {
  /** All services of an app; a service or series that nothing was measured of is left out. */
  read(
    request: { app: string; names: readonly SeriesName[]; plan: Omit<History, 'series'> },
    signal?: AbortSignal,
  ): Promise<History>;
};
