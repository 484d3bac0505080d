import type { HealingVerdict } from '../decision/decision.ts';
import type { Clamp } from '../scaling/scaling.ts';
import { restartDelayMs } from './backoff.ts';

/**
 * Holds an app's own healing policy to the built-in back-off, less the replacements that an admin lets it make without a wait: a
 * policy that always says "at once" must not become a hot loop. Null = the verdict may stand. Pure.
 */
export function boundHealing(
  { action, delayMs }: Pick<HealingVerdict, 'action' | 'delayMs'>,
  { recentRestarts, quickReplacements }: { recentRestarts: number; quickReplacements: number },
): Clamp | null {
  if (action === 'give-up') return null;
  const leastMs = restartDelayMs(recentRestarts - quickReplacements + 1);
  if (delayMs >= leastMs) return null;
  const text = `an app's own policy waits at least ${leastMs / 1000} s after ${recentRestarts} replacements`;
  return { bound: 'delay', from: delayMs, to: leastMs, text };
}
