import { endOne } from '../actions/manage-silences.ts';
import type { ControlState } from './control-state.ts';

/** Silences end by themselves, also those whose time was over while Crane did not run. */
export function endSilences(state: ControlState): void {
  const { store, clock } = state.deps;
  for (const silence of store.silences.overdue(clock.now()))
    store.transaction(() => {
      const app = store.apps.find({ kind: 'all' }, silence.appId);
      if (app !== null) endOne(state.deps, app, silence, null);
      state.nudge(silence.appId);
    });
}
