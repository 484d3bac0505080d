import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ActionDeps, Actor } from '../actions/action-deps.ts';
import type { Log } from '../core/port/log.ts';
import type { SessionLimit } from './session-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on the few routes that need nobody. */
    actor: Actor | null;
  }
  interface FastifyContextConfig {
    /** Answers without a token. */
    isPublic?: boolean;
    /** Is a WebSocket; all other addresses refuse the upgrade. */
    isSocket?: boolean;
    /** Finds out by itself who asks: a deploy hook. */
    isSelfAuthenticated?: boolean;
  }
}

/** Fastify with schemas as types. */
export type ApiInstance = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What each routes file is given. */
export type RouteContext = {
  deps: ActionDeps;
  log: Log;
  version: string;
  /** Identity of the code that runs. */
  build: string;
  startedAt: number;
  /** True once the control loops have looked at everything. */
  isReady: () => boolean;
  /** Aborts when the server closes; ends the streams. */
  closing: AbortSignal;
  /** Room for streams of server-sent events. */
  streams: SessionLimit;
};

/** The authenticated person. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor !== null) return request.actor;
  throw new Error(`${request.routeOptions.url} needs a person but is declared public`);
}
