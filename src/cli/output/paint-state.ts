import type { Format } from './terminal.ts';

const formats: Readonly<Record<string, Format>> = {
  running: 'green',
  ready: 'green',
  healthy: 'green',
  ok: 'green',
  succeeded: 'green',
  clean: 'green',
  completed: 'green',
  pending: 'yellow',
  scanning: 'yellow',
  deploying: 'yellow',
  starting: 'yellow',
  created: 'yellow',
  restarting: 'yellow',
  deleting: 'yellow',
  degraded: 'yellow',
  unknown: 'yellow',
  failed: 'red',
  down: 'red',
  dead: 'red',
  exited: 'red',
  unhealthy: 'red',
  unresponsive: 'red',
  stopped: 'dim',
  none: 'dim',
  'scale-out': 'cyan',
  'scale-in': 'blue',
  hold: 'dim',
  replace: 'magenta',
  'back-off': 'yellow',
};

/** Colour of a state word, of an app, an instance, a part or a verdict; null for a word without one. */
export function paintState(state: string): Format | null {
  return formats[state] ?? null;
}
