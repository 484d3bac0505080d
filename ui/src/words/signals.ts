import type { Service } from '../client/api.ts';

/** Signals as the API names them, with the words and units of people. */
export const signals = [
  { name: 'requestsPerSecond', label: 'requests per second', unit: 'req/s' },
  { name: 'p95Ms', label: 'p95 latency', unit: 'ms' },
  { name: 'errorRate', label: 'share of errors', unit: '' },
  { name: 'inFlight', label: 'open requests', unit: '' },
  { name: 'cpuPercent', label: 'CPU', unit: '%' },
  { name: 'memoryPercent', label: 'memory', unit: '%' },
] as const;

export type SignalName = (typeof signals)[number]['name'];

const words: Record<SignalName, (value: number) => string> = {
  requestsPerSecond: (value) => `${value} req/s per replica`,
  p95Ms: (value) => `p95 ${value} ms`,
  errorRate: (value) => `${value * 100} % errors`,
  inFlight: (value) => `${value} open requests per replica`,
  cpuPercent: (value) => `${value} % CPU`,
  memoryPercent: (value) => `${value} % memory`,
};

/** What a service aims at, as a sentence; null when nothing is set. */
export function aimsOf({ targets }: Service): string | null {
  const aims = signals.flatMap(({ name }) => {
    const value = targets[name];
    return value === undefined ? [] : [words[name](value)];
  });
  return aims.length === 0 ? null : aims.join(', ');
}
