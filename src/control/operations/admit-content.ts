import { admitApp } from '../../actions/admit-app.ts';
import type { Release } from '../../core/app/app.ts';
import type { Position } from '../../core/compose/positions.ts';
import { policiesOf } from '../../core/admission/refusal.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { OperationContext } from './operation-kind.ts';

/**
 * Judged once more, now that the images are here and scanned, as whoever asked for it may now: nothing is stored or started that the
 * policies deny. Warnings are told.
 */
export async function admitContent(
  { state, app, operation, report, signal }: OperationContext,
  {
    project,
    images,
    root = null,
    positions,
  }: Pick<Release, 'project' | 'images' | 'root'> & {
    positions?: ReadonlyMap<string, Position>;
  },
): Promise<void> {
  const user = state.deps.store.users.find(operation.userId);
  // Who is gone or disabled may nothing; the policies know no such role.
  const actor = { id: operation.userId, role: user === null || user.isDisabled ? 'nobody' : user.role };
  const action = operation.kind === 'rollback' ? 'rollback' : 'deploy';
  const written = positions === undefined ? { project } : { project, positions };
  report('admission', 'started', 'asking the policies');
  try {
    const { violations } = await admitApp(
      state.deps,
      { action, actor, app, project, images, isScanned: true, root },
      written,
      signal,
    );
    const told = violations.filter(({ mode }) => mode !== 'audit');
    const data = {
      violations: told.map(({ policy, service, mode, msg, fix }) => ({ policy, service, mode, msg, fix })),
    };
    for (const { policy, mode, msg } of told) report('admission', 'progress', `${policy} ${mode}: ${msg}`);
    const text =
      told.length === 0
        ? 'allowed'
        : `allowed, with ${told.length} remark(s): ${policiesOf(told).join(', ')}`;
    report('admission', 'done', text, data);
  } catch (error) {
    if (error instanceof CraneError && (error.code === 'policy.denied' || error.code === 'scan.blocked')) {
      for (const { message } of error.facts.errors ?? []) report('admission', 'progress', message);
      report('admission', 'failed', 'refused by the policies', { errors: error.facts.errors ?? [] });
    }
    throw error;
  }
}
