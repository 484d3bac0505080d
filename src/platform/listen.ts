import { CraneError } from '../core/error/crane-error.ts';
import { portTaken } from './port-use.ts';

type Server = { listen(at: { host: string; port: number }): Promise<unknown> };

/** Begins to listen; what is in the way is told with the variable that moves it. */
export async function listen(server: Server, host: string, port: number, variable: string): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw portTaken(port, variable);
    if (error instanceof Error && 'code' in error && error.code === 'EADDRNOTAVAIL') {
      throw new CraneError(
        'platform.failed',
        {
          message: `The gateway ${host} of the platform network is not an address of this machine.`,
          fix: 'Crane needs an engine whose bridge networks are on this machine (Linux).',
        },
        { cause: error },
      );
    }
    throw error;
  }
}
