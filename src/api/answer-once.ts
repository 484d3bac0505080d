import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { z } from 'zod';
import type { ActionDeps } from '../actions/action-deps.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { KeptAnswer } from '../core/port/store.ts';
import { sortedJson } from '../core/service/stable-hash.ts';
import { actorOf, type ApiInstance } from './api-instance.ts';
import { keyHash, openAnswer, sealAnswer } from './seal-answer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Takes the place of an Idempotency-Key: the same signature is the same call. */
    signedKey: string | null;
  }
}

/** How long an answer is given again. */
export const keptForMs = 24 * 3_600_000;

/** A change under way that brought a key. Its answer is recorded when it is about to be sent, and sent when that is on disk. */
type Change = {
  key: string;
  userId: number;
  requestHash: string;
  isCommitting: boolean;
  /** Why the answer could not be recorded. */
  failure: Error | null;
  send: ((error: Error | null) => void) | null;
};

const keptAnswer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
});
const keptHeaders = ['content-type', 'location', 'etag'];

/**
 * `Idempotency-Key`: the same key with the same request gives the same answer for 24 hours, also after a restart and also
 * when both come at once; with another request it is refused. Keys are each person's own. What was refused is not kept: it may be
 * sent again. Gives what wraps the handler of a change.
 */
export function answerOnce(
  app: ApiInstance,
  deps: Pick<ActionDeps, 'store' | 'clock'>,
): (handler: RouteHandlerMethod) => RouteHandlerMethod {
  const changes = new WeakMap<FastifyRequest, Change>();
  const underWay = new Set<string>();

  app.decorateRequest('signedKey', null);
  app.addHook('onSend', (request, reply, payload, done) => {
    const change = changes.get(request);
    if (change === undefined || reply.statusCode >= 300) return done(null, payload);
    change.failure = tryTo(() => keep(deps, change, reply, typeof payload === 'string' ? payload : null));
    const send: Change['send'] = (error) => (error === null ? done(null, payload) : done(error));
    // Nobody hears of an effect before it is on disk.
    if (change.isCommitting) change.send = send;
    else send(change.failure);
  });

  return (handler) =>
    function once(request, reply) {
      const key = keyOf(request);
      if (key === null) return handler.call(this, request, reply);
      const userId = actorOf(request).user.id;
      const requestHash = hashOfRequest(request);
      const kept = deps.store.answers.find(userId, keyHash(key), deps.clock.now() - keptForMs);
      if (kept !== null) return replay(reply, key, kept, requestHash);
      const id = `${userId} ${key}`;
      if (underWay.has(id)) throw stillUnderWay();
      const change: Change = { key, userId, requestHash, isCommitting: true, failure: null, send: null };
      changes.set(request, change);
      underWay.add(id);
      const free = (): void => void underWay.delete(id);
      try {
        const answered = carryOut(deps, change, () => handler.call(this, request, reply));
        void Promise.resolve(answered).then(free, free);
        return answered;
      } catch (thrown) {
        free();
        throw thrown;
      }
    };
}

/** Runs the handler up to its first wait in one transaction: its effect and the answer to it are kept together, or not at all. */
function carryOut(deps: Pick<ActionDeps, 'store'>, change: Change, handle: () => unknown): unknown {
  const handled: { answer: unknown } = { answer: undefined };
  try {
    deps.store.transaction(() => {
      handled.answer = handle();
      if (change.failure !== null) throw change.failure;
    });
  } catch (thrown) {
    // It threw before there was an answer, or what it did could not be kept.
    if (change.send === null) throw thrown;
    change.send(asError(thrown));
    return handled.answer;
  } finally {
    change.isCommitting = false;
  }
  change.send?.(null);
  return handled.answer;
}

function tryTo(work: () => void): Error | null {
  try {
    work();
    return null;
  } catch (thrown) {
    return asError(thrown);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('the change was not kept', { cause: thrown });
}

function keep(
  deps: Pick<ActionDeps, 'store' | 'clock'>,
  change: Change,
  reply: FastifyReply,
  body: string | null,
): void {
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
  const at = deps.clock.now();
  deps.store.answers.keep({
    userId: change.userId,
    keyHash: keyHash(change.key),
    requestHash: change.requestHash,
    sealed: sealAnswer(change.key, JSON.stringify({ status: reply.statusCode, headers, body })),
    at,
    forgetBefore: at - keptForMs,
  });
}

function replay(reply: FastifyReply, key: string, kept: KeptAnswer, requestHash: string): FastifyReply {
  if (kept.requestHash !== requestHash)
    throw new CraneError('idempotency.mismatch', {
      message: 'This Idempotency-Key came with another request before.',
      fix: 'Use a new key for each change; the same one only to send the same change again.',
    });
  const { status, headers, body } = keptAnswer.parse(JSON.parse(openAnswer(key, kept.sealed)));
  void reply.code(status).headers({ ...headers, 'idempotency-replayed': 'true' });
  // As bytes: the text is what was sent, and is not to be serialized again.
  return reply.send(body === null ? undefined : Buffer.from(body));
}

function stillUnderWay(): CraneError {
  return new CraneError('idempotency.in_progress', {
    message: 'A change with this Idempotency-Key is being carried out.',
    fix: 'Send it again in a second to get its answer.',
    retryAfterSeconds: 1,
  });
}

/** Null when none was sent. */
function keyOf(request: FastifyRequest): string | null {
  if (request.signedKey !== null) return request.signedKey;
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && /^[!-~]{1,255}$/.test(key)) return key;
  const message = 'must be 1 to 255 printable ASCII characters without spaces';
  throw new CraneError('input.invalid', {
    message: `Idempotency-Key: ${message}`,
    fix: 'Use a UUID.',
    errors: [{ pointer: '/idempotency-key', message }],
  });
}

/** What must be the same for the answer to be the same. */
function hashOfRequest(request: FastifyRequest): string {
  const { method, url, body } = request;
  return createHash('sha256')
    .update(`${method} ${url}\n${sortedJson(body) ?? ''}`)
    .digest('hex');
}
