import type { AppMemory } from './app-memory.ts';

/** Whatever is decided while somebody disturbs the service on purpose says so. */
export function trialNote({ trial }: Pick<AppMemory, 'trial'>, service: string): string {
  if (trial === null || trial.service !== service) return '';
  return `; during the chaos trial ${trial.operation} (${trial.kind})`;
}
