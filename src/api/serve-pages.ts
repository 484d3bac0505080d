import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiInstance } from './api-instance.ts';

/** Scripts only from files of this origin. Styles may stand in the page: the component library sets them so. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the built web pages beside the API; every address that is no file is the app's own business. They hold no secret, so they need no token. */
export function servePages(app: ApiInstance, folder: string): void {
  app.register(async (scope: ApiInstance) => {
    await scope.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
    scope.route({
      method: 'GET',
      url: '/*',
      config: { isPublic: true },
      schema: { hide: true },
      handler: (request, reply) => sendPage(folder, request, reply),
    });
  });
}

function sendPage(folder: string, request: FastifyRequest, reply: FastifyReply): unknown {
  const path = new URL(request.url, 'http://crane').pathname;
  const isPage = request.headers.accept?.includes('text/html') === true;
  if (path.startsWith('/api/')) return reply.callNotFound();
  if (path.startsWith('/assets/')) reply.header('cache-control', 'public, max-age=31536000, immutable');
  if (/^\/(assets\/)?[\w.-]+\.(js|css|svg|woff2)$/.test(path)) return reply.sendFile(path.slice(1));
  if (!isPage) return reply.callNotFound();
  reply.header('content-security-policy', policy).header('cache-control', 'no-cache');
  if (existsSync(join(folder, 'index.html'))) return reply.sendFile('index.html');
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send('The web pages are not built yet. Build them with: crane up\n');
}
