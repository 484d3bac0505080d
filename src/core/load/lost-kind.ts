import type { LostKind } from './load.ts';

const byStatus: Readonly<Record<number, LostKind>> = {
  502: 'bad-gateway',
  503: 'unavailable',
  504: 'gateway-timeout',
};

/**
 * Whether an answer counts as lost. The router answers 502, 503 and 504 itself when no instance did; with the
 * instance's own `X-Instance` on it the app chose that answer, so nothing was lost.
 */
export function lostByAnswer(status: number, instance: string | null): LostKind | null {
  return instance === null ? (byStatus[status] ?? null) : null;
}

const byErrorCode: Readonly<Record<string, LostKind>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
};

/** Kind of a request that got no whole answer, by the `code` of its error. */
export function lostByError(code: string | null): LostKind {
  return byErrorCode[code ?? ''] ?? 'other';
}
