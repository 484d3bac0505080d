import type { Service } from '../client/api.ts';
import { t, type PlainSentence } from './t.ts';

/** Signals as the API names them, with the words and units of people. */
export const signals = [
  { name: 'requestsPerSecond', label: 'requests per second', unit: 'req/s' },
  { name: 'p95Ms', label: 'p95 latency', unit: 'ms' },
  { name: 'errorRate', label: 'share of errors', unit: '' },
  { name: 'inFlight', label: 'open requests', unit: '' },
  { name: 'cpuPercent', label: 'CPU', unit: '%' },
  { name: 'memoryPercent', label: 'memory', unit: '%' },
] as const satisfies readonly { name: string; label: PlainSentence; unit: string }[];

export type SignalName = (typeof signals)[number]['name'];

const words: Record<SignalName, (value: number) => string> = {
  requestsPerSecond: (value) => t('{value} req/s per replica', { value }),
  p95Ms: (value) => t('p95 {value} ms', { value }),
  errorRate: (value) => t('{value} % errors', { value: value * 100 }),
  inFlight: (value) => t('{value} open requests per replica', { value }),
  cpuPercent: (value) => t('{value} % CPU', { value }),
  memoryPercent: (value) => t('{value} % memory', { value }),
};

/** What a service aims at, as a sentence; null when nothing is set. */
export function aimsOf({ targets }: Service): string | null {
  const aims = signals.flatMap(({ name }) => {
    const value = targets[name];
    return value === undefined ? [] : [words[name](value)];
  });
  return aims.length === 0 ? null : aims.join(', ');
}
