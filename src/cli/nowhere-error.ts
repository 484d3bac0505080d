import { CliError } from './cli-error.ts';

/** Nothing answers at the address of a control plane. */
export function nowhereError(url: string, cause: unknown): CliError {
  const detail = `No control plane answers at ${new URL(url).origin}.`;
  return new CliError(
    { code: 'control.unreachable', title: 'Not reachable', detail, fix: 'Start it with: crane up --detach' },
    { cause },
  );
}
