import { api, dataOf } from '../client/api.ts';
import { enter } from '../client/session.ts';

export type Credentials = { name: string; password: string; code?: string };

/** Logs this browser in; throws an `ApiProblem`. */
export async function logIn(asked: Credentials): Promise<void> {
  await dataOf(api.POST('/api/v1/auth/login', { body: asked }));
  enter();
}
