import { askForNothing, type Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

export type AccountView = Schemas['Account'];
export type InvitationView = Schemas['Invitation'];
export type QuotaView = Schemas['Quota'];
export type QuotaStateView = Schemas['QuotaState'];
export type OwnQuota = Schemas['OwnQuotaInput'];
export type AuditEntryView = Schemas['AuditEntry'];
export type GroupView = Schemas['Group'];
export type MemberRole = GroupView['members'][number]['role'];
export type TokenView = Schemas['Token'];
export type TokenVerb = NonNullable<TokenView['verbs']>[number];
export type LoginView = Schemas['Login'];
export type Role = AccountView['role'];
export type RegistrationMode = Schemas['Registration']['mode'];

/** People, how they get in, and what they are allowed. */
export type PeopleCalls = {
  users(): Promise<AccountView[]>;
  add(body: { name: string; role: Role; password?: string }): Promise<Schemas['UserAdded']>;
  change(name: string, body: { role?: Role; isDisabled?: boolean }): Promise<AccountView>;
  remove(name: string): Promise<void>;
  resetPassword(name: string, body: { password?: string }): Promise<{ password: string | null }>;
  changePassword(body: { current?: string; password: string }): Promise<void>;
  registration(): Promise<RegistrationMode>;
  setRegistration(mode: RegistrationMode): Promise<void>;
  invite(role: Role, expiresInSeconds: number): Promise<Schemas['InvitationMade']>;
  invitations(): Promise<InvitationView[]>;
  withdraw(id: number): Promise<void>;
  register(body: { name: string; password: string; invitation?: string }): Promise<Schemas['User']>;
  /** Access and refresh token for a name and password. */
  logIn(body: { name: string; password: string; code?: string }): Promise<Schemas['TokenPair']>;
  logins(): Promise<LoginView[]>;
  endLogin(id: string): Promise<void>;
  /** Newest first. */
  audit(query: {
    actor?: string;
    subject?: string;
    limit: number;
    cursor?: string;
  }): Promise<{ items: readonly AuditEntryView[]; nextCursor: string | null }>;
  auditProof(): Promise<Schemas['AuditProof']>;
  /** Of the person who asks. */
  myQuota(): Promise<QuotaStateView>;
  quota(name: string): Promise<QuotaStateView>;
  setQuota(name: string, own: OwnQuota): Promise<QuotaStateView>;
  /** Of everybody who has none of their own. */
  defaultQuota(): Promise<QuotaView>;
  setDefaultQuota(change: OwnQuota): Promise<QuotaView>;
  groups(): Promise<GroupView[]>;
  addGroup(name: string): Promise<GroupView>;
  removeGroup(name: string): Promise<void>;
  /** Null takes the person out. */
  setMember(group: string, name: string, role: MemberRole | null): Promise<GroupView>;
  share(group: string, app: string, isShared: boolean): Promise<GroupView>;
  tokens(): Promise<TokenView[]>;
  addToken(body: Schemas['NewTokenInput']): Promise<Schemas['TokenIssued']>;
  revokeToken(id: number): Promise<void>;
};

function createGroupCalls(
  ask: Ask,
  client: ApiClient,
): Pick<PeopleCalls, 'groups' | 'addGroup' | 'removeGroup' | 'setMember' | 'share'> {
  return {
    groups: async () => [...(await ask((signal) => client.GET('/api/v1/groups', { signal }))).items],
    addGroup: async (name) => ask((signal) => client.POST('/api/v1/groups', { body: { name }, signal })),
    removeGroup: async (group) => {
      const params = { path: { group } };
      await askForNothing(ask, (signal) => client.DELETE('/api/v1/groups/{group}', { params, signal }));
    },
    setMember: async (group, name, role) => {
      const params = { path: { group, name } };
      return ask((signal) =>
        role === null
          ? client.DELETE('/api/v1/groups/{group}/members/{name}', { params, signal })
          : client.PUT('/api/v1/groups/{group}/members/{name}', { params, body: { role }, signal }),
      );
    },
    share: async (group, app, isShared) => {
      const params = { path: { group, app } };
      return ask((signal) =>
        isShared
          ? client.PUT('/api/v1/groups/{group}/apps/{app}', { params, signal })
          : client.DELETE('/api/v1/groups/{group}/apps/{app}', { params, signal }),
      );
    },
  };
}

function createTokenCalls(
  ask: Ask,
  client: ApiClient,
): Pick<PeopleCalls, 'tokens' | 'addToken' | 'revokeToken'> {
  return {
    tokens: async () => [...(await ask((signal) => client.GET('/api/v1/me/tokens', { signal }))).items],
    addToken: async (body) => ask((signal) => client.POST('/api/v1/me/tokens', { body, signal })),
    revokeToken: async (id) => {
      const params = { path: { id } };
      await askForNothing(ask, (signal) => client.DELETE('/api/v1/me/tokens/{id}', { params, signal }));
    },
  };
}

function createQuotaCalls(
  ask: Ask,
  client: ApiClient,
): Pick<PeopleCalls, 'myQuota' | 'quota' | 'setQuota' | 'defaultQuota' | 'setDefaultQuota'> {
  const of = (name: string) => ({ params: { path: { name } } });
  return {
    myQuota: async () => ask((signal) => client.GET('/api/v1/me/quota', { signal })),
    quota: async (name) => ask((signal) => client.GET('/api/v1/users/{name}/quota', { ...of(name), signal })),
    setQuota: async (name, body) =>
      ask((signal) => client.PUT('/api/v1/users/{name}/quota', { ...of(name), body, signal })),
    defaultQuota: async () => ask((signal) => client.GET('/api/v1/quota', { signal })),
    setDefaultQuota: async (body) => ask((signal) => client.PATCH('/api/v1/quota', { body, signal })),
  };
}

export function createPeopleCalls(ask: Ask, client: ApiClient): PeopleCalls {
  const of = (name: string) => ({ params: { path: { name } } });
  return {
    users: async () => [...(await ask((signal) => client.GET('/api/v1/users', { signal }))).items],
    add: async (body) => ask((signal) => client.POST('/api/v1/users', { body, signal })),
    change: async (name, body) =>
      ask((signal) => client.PATCH('/api/v1/users/{name}', { ...of(name), body, signal })),
    remove: async (name) => {
      await askForNothing(ask, (signal) => client.DELETE('/api/v1/users/{name}', { ...of(name), signal }));
    },
    resetPassword: async (name, body) =>
      ask((signal) => client.PUT('/api/v1/users/{name}/password', { ...of(name), body, signal })),
    changePassword: async (body) => {
      await askForNothing(ask, (signal) => client.PUT('/api/v1/me/password', { body, signal }));
    },
    registration: async () => (await ask((signal) => client.GET('/api/v1/registration', { signal }))).mode,
    setRegistration: async (mode) => {
      await ask((signal) => client.PUT('/api/v1/registration', { body: { mode }, signal }));
    },
    invite: async (role, expiresInSeconds) =>
      ask((signal) => client.POST('/api/v1/invitations', { body: { role, expiresInSeconds }, signal })),
    invitations: async () => [
      ...(await ask((signal) => client.GET('/api/v1/invitations', { signal }))).items,
    ],
    withdraw: async (id) => {
      await askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/invitations/{id}', { params: { path: { id } }, signal }),
      );
    },
    register: async (body) => ask((signal) => client.POST('/api/v1/registrations', { body, signal })),
    logIn: async (body) =>
      ask((signal) => client.POST('/api/v1/auth/token', { body: { grant: 'password', ...body }, signal })),
    logins: async () => [...(await ask((signal) => client.GET('/api/v1/me/logins', { signal }))).items],
    endLogin: async (id) => {
      await askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/me/logins/{id}', { params: { path: { id } }, signal }),
      );
    },
    audit: async (query) => ask((signal) => client.GET('/api/v1/audit', { params: { query }, signal })),
    ...createQuotaCalls(ask, client),
    ...createGroupCalls(ask, client),
    ...createTokenCalls(ask, client),
    auditProof: async () => ask((signal) => client.GET('/api/v1/audit/proof', { signal })),
  };
}
