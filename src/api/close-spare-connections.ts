import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * While the server closes, a connection without a request under way is ended at once, and any other after its answer. By
 * itself Node counts one that was opened ahead of its first request, as Go's clients do, as busy until `headersTimeout`.
 */
export function closeSpareConnections(app: Pick<FastifyInstance, 'server' | 'addHook'>): void {
  const spare = new Set<Socket>();
  let isClosing = false;
  app.server.on('connection', (socket: Socket) => {
    if (isClosing) return void socket.destroy();
    spare.add(socket);
    socket.once('close', () => spare.delete(socket));
  });
  app.server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    spare.delete(socket);
    response.once('close', () => {
      if (isClosing) socket.destroySoon();
      else if (!socket.destroyed) spare.add(socket);
    });
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of spare) socket.destroy();
  });
}
