import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { CliError } from '../cli-error.ts';
import type { TrustPlan } from './plan-trust.ts';

/** Carries a plan out. @throws CliError when this user may not, or the command fails; what it said is on standard error. */
export async function carryOutTrust(
  { path, command, needsAdmin }: TrustPlan,
  what: 'add' | 'remove',
  { certificate, signal }: { certificate: string; signal: AbortSignal },
): Promise<void> {
  const fix = needsAdmin ? 'Run it as administrator (sudo), or see: crane ca help' : 'See: crane ca help';
  try {
    if (path !== null && what === 'add') writeFileSync(path, certificate, { mode: 0o644 });
    if (path !== null && what === 'remove') rmSync(path, { force: true });
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: ['ignore', 2, 2], signal });
    const [code]: unknown[] = await once(child, 'close');
    if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(
      { code: 'trust.failed', title: 'The trust store was not changed', detail: reason, fix },
      { cause: error },
    );
  }
}
