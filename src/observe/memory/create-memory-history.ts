import type { Series } from '../../core/history/history.ts';
import type { MetricsHistory } from '../../core/port/metrics-history.ts';

/** A history that was set by hand: a function of time for each line of each app. */
export function createMemoryHistory(): MetricsHistory & {
  set(app: string, line: Omit<Series, 'values'> & { at(time: number): number | null }): void;
} {
  const lines: { app: string; service: string; name: Series['name']; at(time: number): number | null }[] = [];
  return {
    set: (app, line) => void lines.push({ app, ...line }),
    read: async ({ app, names, plan }) => ({
      ...plan,
      series: lines
        .filter((line) => line.app === app && names.includes(line.name))
        .map(({ service, name, at }) => ({ service, name, values: plan.times.map(at) })),
    }),
  };
}
