export type AccessClaims = { userId: number; loginId: string };

/** Signed tokens that say for a few minutes who somebody is (JWT, RFC 9068). */
export type AccessTokens = {
  /** `now` and `expiresAt` in milliseconds. */
  issue(claims: AccessClaims, now: number): Promise<{ token: string; expiresAt: number }>;
  /** Null when it is not one of ours, or not good now. */
  read(token: string, now: number): Promise<AccessClaims | null>;
};
