import type { App } from '../../core/app/app.ts';
import { toCraneError } from '../../core/error/crane-error.ts';
import type { PolicyKind, PolicyPin } from '../../core/policy/policy-text.ts';
import { memoryOf, tell, type ControlState } from '../control-state.ts';

/**
 * Tells once that a saved policy gives nothing usable, and once that it does again. A policy engine that is down is told of as a
 * part, for all apps together.
 */
export function notePolicy(
  state: ControlState,
  app: App,
  { kind, pin, error }: { kind: PolicyKind; pin: PolicyPin | undefined; error: unknown },
): void {
  const { policyTroubles } = memoryOf(state, app);
  const known = policyTroubles.get(kind);
  if (error === null) {
    if (known === undefined) return;
    policyTroubles.delete(kind);
    const revision = pin?.revision ?? null;
    return tell(state, app, 'policy.recovered', `the ${kind} policy decides again`, { kind, revision });
  }
  const { code, message } = toCraneError(error);
  if (pin === undefined || code === 'policy.unavailable' || known === pin.revision) return;
  policyTroubles.set(kind, pin.revision);
  const consequence = kind === 'scaling' ? 'replicas hold' : 'a built-in back-off is used';
  tell(state, app, 'policy.failed', `${kind} policy ${pin.revision} fails, ${consequence}: ${message}`, {
    kind,
    revision: pin.revision,
  });
}
