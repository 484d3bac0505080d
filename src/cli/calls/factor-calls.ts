import { askForNothing, type Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

type Proof = { password: string; code: string };

/** The second factor. */
export type FactorCalls = {
  mine(): Promise<Schemas['SecondFactor']>;
  begin(password: string): Promise<Schemas['SecondFactorBegun']>;
  confirm(code: string): Promise<Schemas['RecoveryCodes']>;
  renew(proof: Proof): Promise<Schemas['RecoveryCodes']>;
  end(proof: Proof): Promise<void>;
  /** Of somebody else. */
  reset(name: string): Promise<void>;
};

export function createFactorCalls(ask: Ask, client: ApiClient): FactorCalls {
  return {
    mine: async () => ask((signal) => client.GET('/api/v1/me/second-factor', { signal })),
    begin: async (password) =>
      ask((signal) => client.POST('/api/v1/me/second-factor', { body: { password }, signal })),
    confirm: async (code) =>
      ask((signal) => client.POST('/api/v1/me/second-factor:confirm', { body: { code }, signal })),
    renew: async (body) => ask((signal) => client.POST('/api/v1/me/second-factor:codes', { body, signal })),
    end: async (body) => {
      await askForNothing(ask, (signal) => client.POST('/api/v1/me/second-factor:end', { body, signal }));
    },
    reset: async (name) => {
      const params = { path: { name } };
      await askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/users/{name}/second-factor', { params, signal }),
      );
    },
  };
}
