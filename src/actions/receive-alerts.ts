import type { Alert } from '../core/alert/alert.ts';
import type { ActionDeps } from './action-deps.ts';

/** Stores each alert durably, then wakes the autoscaler. One occurrence and status is one row, however often it is sent. */
export function receiveAlerts(
  deps: Pick<ActionDeps, 'store' | 'clock' | 'wakeAlerts'>,
  alerts: readonly Alert[],
): { accepted: number; duplicates: number } {
  const at = deps.clock.now();
  const stored = deps.store.transaction(() => alerts.map((alert) => deps.store.alerts.receive(alert, at)));
  const accepted = stored.filter((item) => item.isNew).length;
  if (accepted > 0) deps.wakeAlerts();
  return { accepted, duplicates: stored.length - accepted };
}
