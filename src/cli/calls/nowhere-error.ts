import { CliError } from '../cli-error.ts';
import { placeOf, splitSocket } from '../client/split-socket.ts';

/** Nothing answers at the address of a control plane. */
export function nowhereError(url: string, cause: unknown): CliError {
  return new CliError(
    {
      code: 'control.unreachable',
      title: 'Not reachable',
      detail: `No control plane answers at ${placeOf(url)}.`,
      fix: fixOf(url, cause),
    },
    { cause },
  );
}

function fixOf(url: string, cause: unknown): string {
  const isClosed = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
  if (isClosed) return 'Only the user who runs Crane may open its socket; become that user.';
  // These commands carry files, by a client that knows no sockets.
  const isOther = splitSocket(url) !== null && cause instanceof TypeError;
  return isOther
    ? 'This command does not work over a socket; use the address.'
    : 'Start it with: crane up --detach';
}
