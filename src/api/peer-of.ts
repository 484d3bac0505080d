import type { FastifyRequest } from 'fastify';

/** The address a request came from; over the socket of this machine's owner there is none. */
export function peerOf({ socket }: Pick<FastifyRequest, 'socket'>): string {
  return socket.remoteAddress ?? 'socket';
}
