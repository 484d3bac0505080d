import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';

/** A canary stands beside a release that serves. */
export function requireRunning(app: App | null): void {
  if (app !== null && app.releaseNumber !== null && app.intent === 'running') return;
  throw new CraneError('app.conflict', {
    message: `A canary stands beside a release that serves, and ${app === null ? 'this app is new' : `${app.uniqueName} does not run`}.`,
    fix: 'Deploy it without --canary first.',
  });
}
