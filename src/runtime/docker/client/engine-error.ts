import { CraneError } from '../../../core/error/crane-error.ts';
import type { ErrorCode } from '../../../core/error/error-codes.ts';

/** Longest part of a foreign message that is shown to a person. */
const maxMessage = 2_000;

const startFix =
  'Start Docker (`systemctl start docker`, or Docker Desktop), or set DOCKER_HOST to a running engine.';

const tlsFix =
  'Check ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH or in the Docker context, and that the engine listens with TLS.';

const networkFixes: Readonly<Record<string, string>> = {
  ENOENT: startFix,
  ECONNREFUSED: startFix,
  EACCES:
    'Add your user to the docker group (`sudo usermod -aG docker $USER`, then log in again), or run Crane as a user that may open the socket.',
  EPERM:
    'Add your user to the docker group (`sudo usermod -aG docker $USER`, then log in again), or run Crane as a user that may open the socket.',
  ENOTFOUND: 'Check the host name in DOCKER_HOST or in the Docker context.',
  EAI_AGAIN: 'Check the host name in DOCKER_HOST or in the Docker context, and the name server.',
};

/** What the engine answered that was not a success. The engine's own words are kept. */
export function statusError(what: string, status: number, message: string): CraneError {
  const text = `${what}: ${clip(message === '' ? `the engine answered with status ${status}` : message)}`;
  if (/client version [\d.]+ is too (old|new)/i.test(message))
    return new CraneError('engine.unsupported', {
      message: text,
      fix: 'Update Crane or the Docker engine, so that both know a common API version.',
    });
  return new CraneError(statusCode(status), text);
}

function statusCode(status: number): ErrorCode {
  if (status === 404) return 'engine.not_found';
  return status === 409 ? 'engine.conflict' : 'engine.failed';
}

/** A connection that could not be made or was lost. `where` names the endpoint (never a credential). */
export function connectionError(what: string, where: string, thrown: unknown): CraneError {
  if (thrown instanceof CraneError) return thrown;
  const code = errorCodeOf(thrown);
  const isLost = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
  const reason = thrown instanceof Error ? clip(thrown.message) : code;
  return new CraneError(
    'engine.unreachable',
    {
      message: isLost
        ? `${what}: the connection to the Docker engine at ${where} was lost (${reason}).`
        : `${what}: the Docker engine at ${where} is not reachable (${reason}).`,
      fix: fixFor(code, isLost),
      retryAfterSeconds: 5,
    },
    { cause: thrown },
  );
}

export function timedOutError(what: string, timeoutMs: number): CraneError {
  return new CraneError('engine.timed_out', {
    message: `${what}: the Docker engine did not answer within ${timeoutMs / 1000} s.`,
    fix: 'Check the load of the machine and the log of the Docker engine, then try again.',
    retryAfterSeconds: 10,
  });
}

/** A caller's signal aborted: a time-out of its own, or a cancellation. */
export function abortedError(what: string, reason: unknown): CraneError {
  if (reason instanceof CraneError) return reason;
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
  return isTimeout
    ? new CraneError('engine.timed_out', `${what}: the time for it ran out.`, { cause: reason })
    : new CraneError('operation.cancelled', `${what}: cancelled.`, { cause: reason });
}

/** An answer with the right status whose body Crane does not understand. */
export function replyError(what: string, problem: string, cause?: unknown): CraneError {
  return new CraneError(
    'engine.failed',
    `${what}: the engine's answer was not understood (${clip(problem)}).`,
    cause === undefined ? undefined : { cause },
  );
}

function fixFor(code: string, isLost: boolean): string {
  if (isTlsProblem(code)) return tlsFix;
  return (
    networkFixes[code] ?? (isLost ? 'Check that the Docker engine still runs, then try again.' : startFix)
  );
}

/** OpenSSL's and Node's codes for certificates that are not trusted, expired, or for another name, and for failed handshakes. */
function isTlsProblem(code: string): boolean {
  return /CERT|SELF_SIGNED|ISSUER|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code);
}

function errorCodeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

function clip(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > maxMessage ? `${trimmed.slice(0, maxMessage)} …` : trimmed;
}
