import type { WarningView } from '../calls/views.ts';
import { escapeLine } from './escape.ts';
import type { Stream } from './terminal.ts';

/** A warning of the control plane about a compose file, as one line. */
export function renderWarning(err: Stream, { place, message, fix }: WarningView): string {
  const advice = fix === undefined ? '' : ` (${fix})`;
  return `${err.paint('yellow', 'warning:')} ${escapeLine(`${place} ${message}${advice}`)}\n`;
}
