import { t, type PlainSentence } from './t.ts';

/** States, verdicts, roles and the like, as the API names them; a dash there is a space here. */
const words: readonly PlainSentence[] = [
  'admitted',
  'audit',
  'clean',
  'completed',
  'created',
  'critical',
  'dead',
  'degraded',
  'deleting',
  'deny',
  'deploying',
  'different',
  'done',
  'down',
  'excepted',
  'exited',
  'failed',
  'findings',
  'firing',
  'healthy',
  'in force',
  'info',
  'no database',
  'none',
  'not scanned',
  'nothing recognised',
  'off',
  'ok',
  'over',
  'paused',
  'pending',
  'queued',
  'ready',
  'refused',
  'removing',
  'resolved',
  'restarting',
  'running',
  'same',
  'scanning',
  'stale',
  'starting',
  'stopped',
  'succeeded',
  'superseded',
  'unhealthy',
  'unknown',
  'unresponsive',
  'warn',
  'warning',
  'cancelled',
];

/** The word for a code of the API; one that is not known here is shown as it came. */
export function wordOf(code: string): string {
  const plain = code.replaceAll('-', ' ');
  const known = words.find((word) => word === plain);
  return known === undefined ? plain : t(known);
}
