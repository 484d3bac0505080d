/** What one attempt to log in is bound to: random texts that nobody else knows. */
export type ProviderAttempt = { state: string; nonce: string; verifier: string };

/** Somebody, as another service knows them: issuer and subject together are one person, for ever. */
export type ForeignIdentity = {
  issuer: string;
  subject: string;
  /** What to call them. */ name: string | null;
};

/** Another service that vouches for people (OpenID Connect Core 1.0, authorization code with PKCE). */
export type IdentityProvider = {
  /** As people know it. */
  name: string;
  /** Where it sends browsers back to. */
  redirectUri: string;
  /** Where a browser is to go. @throws `part.unavailable` */
  begin(attempt: ProviderAttempt): Promise<string>;
  /** Who came back with this code. @throws `auth.invalid`, `part.unavailable` */
  finish(code: string, attempt: ProviderAttempt): Promise<ForeignIdentity>;
};
