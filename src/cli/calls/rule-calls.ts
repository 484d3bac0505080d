import type { ApiClient, Schemas } from '../client/client.ts';
import type { Ask } from './ask.ts';

export type RuleView = Schemas['OwnerRule'];
export type RuleInput = Schemas['OwnerRuleInput'];
export type RuleSetView = Schemas['RuleSet'];
export type RulePreviewView = Schemas['RulePreview'];

/** Alert rules of an app's owner. */
export type RuleCalls = {
  list(ref: string): Promise<RuleSetView>;
  add(ref: string, rule: RuleInput): Promise<RuleSetView>;
  remove(ref: string, name: string): Promise<RuleSetView>;
  preview(ref: string, rule: RuleInput): Promise<RulePreviewView>;
  history(ref: string): Promise<RuleSetView[]>;
  rollback(ref: string, version?: number): Promise<RuleSetView>;
};

export function createRuleCalls(ask: Ask, client: ApiClient): RuleCalls {
  const of = (app: string) => ({ params: { path: { app } } });
  return {
    list: async (ref) => ask((signal) => client.GET('/api/v1/apps/{app}/rules', { ...of(ref), signal })),
    add: async (ref, body) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/rules', { ...of(ref), body, signal })),
    remove: async (ref, name) => {
      const params = { path: { app: ref, name } };
      return ask((signal) => client.DELETE('/api/v1/apps/{app}/rules/{name}', { params, signal }));
    },
    preview: async (ref, body) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/rules:preview', { ...of(ref), body, signal })),
    history: async (ref) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/rule-versions', { ...of(ref), signal }))).items,
    rollback: async (ref, version) => {
      const body = version === undefined ? {} : { version };
      return ask((signal) => client.POST('/api/v1/apps/{app}/rules:rollback', { ...of(ref), body, signal }));
    },
  };
}
