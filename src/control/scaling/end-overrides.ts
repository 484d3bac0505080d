import { endOverride } from '../../actions/end-override.ts';
import { memoryOf, type ControlState } from '../control-state.ts';

/** Ends the overrides whose time is over, each once. */
export function endOverrides(state: ControlState): void {
  const { store, clock } = state.deps;
  for (const { appId } of store.controls.overdue(clock.now())) {
    const app = store.apps.find({ kind: 'all' }, appId);
    if (app === null) continue;
    store.transaction(() => {
      for (const control of store.controls.overdue(clock.now()))
        if (control.appId === appId) endOverride(state.deps, app, control, null);
    });
    memoryOf(state, app).mayHavePending = true;
    state.nudge(appId);
  }
}
