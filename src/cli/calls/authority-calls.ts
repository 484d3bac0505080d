import type { Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

export type AuthorityView = Schemas['Authority'];

/** The authority that vouches for routes with TLS. */
export type AuthorityCalls = {
  show(): Promise<AuthorityView>;
  renew(what: 'leaves' | 'authority'): Promise<AuthorityView>;
};

export function createAuthorityCalls(ask: Ask, client: ApiClient): AuthorityCalls {
  return {
    show: async () => ask((signal) => client.GET('/api/v1/authority', { signal })),
    renew: async (what) =>
      ask((signal) => client.POST('/api/v1/authority:renew', { body: { what }, signal })),
  };
}
