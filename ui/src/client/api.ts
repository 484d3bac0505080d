import createClient from 'openapi-fetch';
import type { components, paths } from '../../../src/cli/client/api.gen.ts';
import { authorization, leave } from './session.ts';
import { t } from '../words/t.ts';

export type Schemas = components['schemas'];
export type App = Schemas['App'];
export type Service = Schemas['Service'];
export type Instance = Schemas['Instance'];
export type Decision = Schemas['Decision'];
export type Explanation = Schemas['Explanation'];
export type FeedEvent = Schemas['FeedEvent'];
export type History = Schemas['History'];
export type Status = Schemas['Status'];
export type Release = Schemas['Release'];
export type LogLine = Schemas['LogLine'];
export type Scan = Schemas['Scan'];
export type Problem = Schemas['Problem'];

/** Why a request failed, in the server's own words. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null, message: string) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/** Where a password or a code is sent along. */
const proofs = ['/api/v1/auth/', '/api/v1/me/password', '/api/v1/me/second-factor'];

const client = createClient<paths>({ baseUrl: location.origin });
client.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value);
    return request;
  },
  onResponse({ response }) {
    // A wrong password or code is no end of a login.
    const { pathname } = new URL(response.url);
    if (response.status === 401 && !proofs.some((path) => pathname.startsWith(path))) leave();
  },
});

/** The typed client: `api.GET('/api/v1/apps')`. */
export const api = client;

type Answer = { data?: unknown; error?: unknown; response: Response };

/** The data of an answer; throws an `ApiProblem` when it is none. */
export async function dataOf<T>(answer: Promise<Answer & { data?: T }>): Promise<NonNullable<T>> {
  const { data, error, response } = await reached(answer);
  if (data !== undefined && data !== null) return data;
  throw refusalOf(error, response);
}

/** For an answer without data; throws an `ApiProblem` when it was refused. */
export async function done(answer: Promise<Answer>): Promise<void> {
  const { error, response } = await reached(answer);
  if (!response.ok) throw refusalOf(error, response);
}

function reached<A extends Answer>(answer: Promise<A>): Promise<A> {
  return answer.catch(() => {
    throw new ApiProblem(0, null, t('The control plane cannot be reached. Is it running? See: crane status'));
  });
}

function refusalOf(error: unknown, { status }: Response): ApiProblem {
  return isProblem(error)
    ? new ApiProblem(status, error, error.detail)
    : new ApiProblem(status, null, t('The control plane answered {status}.', { status }));
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'detail' in error && 'code' in error;
}

/** Hands a file to the browser's downloads. */
export function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
