import type { Ask } from './ask.ts';
import type { ApiClient, Schemas } from './client/client.ts';

export type PolicyFileView = Schemas['Policies']['files'][number];
export type JudgementView = Schemas['PolicyJudgement'];

/** Policies and drafts of them. */
export type PolicyCalls = {
  show(): Promise<PolicyFileView[]>;
  judge(draft: { files: PolicyFileView[]; dryRun: number }): Promise<JudgementView>;
};

export function createPolicyCalls(ask: Ask, client: ApiClient): PolicyCalls {
  return {
    show: async () => [...(await ask((signal) => client.GET('/api/v1/policies', { signal }))).files],
    judge: async (body) => ask((signal) => client.POST('/api/v1/policies:judge', { body, signal })),
  };
}
