import type { Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

export type PolicyFileView = Schemas['Policies']['files'][number];
export type JudgementView = Schemas['PolicyJudgement'];
export type PolicyStateView = Schemas['PolicyState'];
export type PolicyRevisionView = Schemas['PolicyRevision'];
export type PolicyRevisionFilesView = Schemas['PolicyRevisionFiles'];
export type PolicyActivationView = Schemas['PolicyActivation'];
export type SavedPolicyView = Schemas['SavedPolicy'];
export type PolicyBoundsView = Schemas['PolicyBounds'];
export type PolicyKind = PolicyStateView['kind'];

/** Whose policy of which kind; without an app the platform's. */
export type PolicyPlace = { app: string | undefined; kind: PolicyKind };

/** Policies, drafts and saved revisions of them. */
export type PolicyCalls = {
  show(app?: string): Promise<PolicyFileView[]>;
  judge(draft: { app: string | undefined; files: PolicyFileView[]; dryRun: number }): Promise<JudgementView>;
  state(place: PolicyPlace): Promise<PolicyStateView>;
  revisions(place: PolicyPlace): Promise<PolicyRevisionView[]>;
  revision(place: PolicyPlace, number: number): Promise<PolicyRevisionFilesView>;
  activations(place: PolicyPlace): Promise<PolicyActivationView[]>;
  save(place: PolicyPlace, draft: { files: PolicyFileView[]; note: string }): Promise<SavedPolicyView>;
  activate(place: PolicyPlace, order: { number: number; note: string }): Promise<PolicyStateView>;
  rollback(place: PolicyPlace, order: { number?: number; note: string }): Promise<PolicyStateView>;
  bounds(): Promise<PolicyBoundsView>;
  setBounds(bounds: PolicyBoundsView): Promise<PolicyBoundsView>;
};

export function createPolicyCalls(ask: Ask, client: ApiClient): PolicyCalls {
  return { ...judging(ask, client), ...reading(ask, client), ...changing(ask, client) };
}

const ofPlatform = (kind: PolicyKind) => ({ params: { path: { kind } } });
const ofApp = (app: string, kind: PolicyKind) => ({ params: { path: { app, kind } } });

function judging(ask: Ask, client: ApiClient): Pick<PolicyCalls, 'show' | 'judge' | 'bounds' | 'setBounds'> {
  return {
    show: async (app) => {
      const { files } = await ask((signal) =>
        app === undefined
          ? client.GET('/api/v1/policies', { signal })
          : client.GET('/api/v1/apps/{app}/policies', { params: { path: { app } }, signal }),
      );
      return [...files];
    },
    judge: async ({ app, ...body }) =>
      ask((signal) =>
        app === undefined
          ? client.POST('/api/v1/policies:judge', { body, signal })
          : client.POST('/api/v1/apps/{app}/policies:judge', { params: { path: { app } }, body, signal }),
      ),
    bounds: async () => ask((signal) => client.GET('/api/v1/policy-bounds', { signal })),
    setBounds: async (body) => ask((signal) => client.PUT('/api/v1/policy-bounds', { body, signal })),
  };
}

function reading(
  ask: Ask,
  client: ApiClient,
): Pick<PolicyCalls, 'state' | 'revisions' | 'revision' | 'activations'> {
  return {
    state: async ({ app, kind }) =>
      ask((signal) =>
        app === undefined
          ? client.GET('/api/v1/policies/{kind}', { ...ofPlatform(kind), signal })
          : client.GET('/api/v1/apps/{app}/policies/{kind}', { ...ofApp(app, kind), signal }),
      ),
    revisions: async ({ app, kind }) => {
      const { items } = await ask((signal) =>
        app === undefined
          ? client.GET('/api/v1/policies/{kind}/revisions', { ...ofPlatform(kind), signal })
          : client.GET('/api/v1/apps/{app}/policies/{kind}/revisions', { ...ofApp(app, kind), signal }),
      );
      return items;
    },
    revision: async ({ app, kind }, number) =>
      ask((signal) => {
        if (app === undefined) {
          const params = { path: { kind, number } };
          return client.GET('/api/v1/policies/{kind}/revisions/{number}', { params, signal });
        }
        const params = { path: { app, kind, number } };
        return client.GET('/api/v1/apps/{app}/policies/{kind}/revisions/{number}', { params, signal });
      }),
    activations: async ({ app, kind }) => {
      const { items } = await ask((signal) =>
        app === undefined
          ? client.GET('/api/v1/policies/{kind}/activations', { ...ofPlatform(kind), signal })
          : client.GET('/api/v1/apps/{app}/policies/{kind}/activations', { ...ofApp(app, kind), signal }),
      );
      return items;
    },
  };
}

function changing(ask: Ask, client: ApiClient): Pick<PolicyCalls, 'save' | 'activate' | 'rollback'> {
  return {
    save: async ({ app, kind }, body) =>
      ask((signal) =>
        app === undefined
          ? client.POST('/api/v1/policies/{kind}/revisions', { ...ofPlatform(kind), body, signal })
          : client.POST('/api/v1/apps/{app}/policies/{kind}/revisions', {
              ...ofApp(app, kind),
              body,
              signal,
            }),
      ),
    activate: async ({ app, kind }, body) =>
      ask((signal) =>
        app === undefined
          ? client.POST('/api/v1/policies/{kind}/revisions:activate', { ...ofPlatform(kind), body, signal })
          : client.POST('/api/v1/apps/{app}/policies/{kind}/revisions:activate', {
              ...ofApp(app, kind),
              body,
              signal,
            }),
      ),
    rollback: async ({ app, kind }, body) =>
      ask((signal) =>
        app === undefined
          ? client.POST('/api/v1/policies/{kind}/revisions:rollback', { ...ofPlatform(kind), body, signal })
          : client.POST('/api/v1/apps/{app}/policies/{kind}/revisions:rollback', {
              ...ofApp(app, kind),
              body,
              signal,
            }),
      ),
  };
}
