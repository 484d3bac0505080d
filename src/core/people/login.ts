/** A browser or an API client that is logged in. */
export type Login = {
  /** Unguessable, but no secret: it opens nothing. */
  id: string;
  userId: number;
  kind: 'browser' | 'api';
  address: string;
  /** The `User-Agent`, shortened. */
  client: string;
  createdAt: number;
  seenAt: number;
  /** Ends then unless it is used before. */
  idleAt: number;
  /** Ends then in any case. */
  expiresAt: number;
};

/** How long each kind lasts, milliseconds. An API client is seen only when it refreshes. */
export const loginLife = {
  browser: { idleMs: 8 * 3_600_000, absoluteMs: 7 * 86_400_000 },
  api: { idleMs: 7 * 86_400_000, absoluteMs: 30 * 86_400_000 },
} as const satisfies Record<Login['kind'], { idleMs: number; absoluteMs: number }>;

/** Life of an access token, milliseconds. */
export const accessTokenMs = 600_000;
