import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Actor } from '../actions/action-deps.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import type { ApiInstance } from './api-instance.ts';
import { serverOptions } from './harden-server.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Connections of who owns the machine. */
    ownerSockets: WeakSet<Socket>;
    /** Serves them; not listening yet. */
    ownerServer: Server;
  }
}

/**
 * `app.ownerServer`: the same API for who owns the machine, to listen on a Unix socket that nobody else can open: there everything is allowed without the
 * policy engine, and written down as break-glass. Closes with `app`.
 */
export function serveOwner(app: ApiInstance): void {
  const { requestTimeout, keepAliveTimeout, http } = serverOptions;
  const server = createServer({ ...http, requestTimeout, keepAliveTimeout }, (request, response) =>
    app.routing(request, response),
  );
  const sockets = new WeakSet<Socket>();
  app.decorate('ownerSockets', sockets);
  app.decorate('ownerServer', server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('upgrade', (request, socket, head) => app.server.emit('upgrade', request, socket, head));
  app.addHook('preClose', async () => {
    server.close();
    server.closeIdleConnections();
  });
}

/** Whoever came by that socket: an admin, under a name that nobody else has in the audit. @throws `auth.missing` while there is no admin */
export function ownerOf({ users }: Pick<Store, 'users'>): Actor {
  const admins = users.list().filter(({ role }) => role === 'admin');
  const admin = admins.find(({ isDisabled }) => !isDisabled) ?? admins[0];
  if (admin !== undefined)
    return { user: { ...admin, name: breakGlass, isDisabled: false }, via: { kind: breakGlass } };
  throw new CraneError('auth.missing', {
    message: 'There is no admin yet.',
    fix: 'Make the first one: crane login --setup-token TOKEN',
  });
}

const breakGlass = 'break-glass';
