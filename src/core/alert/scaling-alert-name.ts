import type { SignalName } from '../signal/signal.ts';

/** The alert that fires when a signal is above its target: `CraneScaleRequestsPerSecond`. */
export function scalingAlertName(signal: SignalName): string {
  return `CraneScale${signal.charAt(0).toUpperCase()}${signal.slice(1)}`;
}
