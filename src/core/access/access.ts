import type { TokenVerb } from '../people/token-scope.ts';
import type { Role } from '../people/user.ts';

/** What a group makes of its members, for the apps it shares. */
export const memberRoles = ['viewer', 'operator', 'owner'] as const;
export type MemberRole = (typeof memberRoles)[number];

/** What an app is to who asks: their own, shared with them, somebody else's; `none` when it is not about an app. */
export type Relation = 'none' | 'own' | MemberRole | 'other';

/** May this role do this? Nothing of it is text that people wrote. */
export type AccessQuestion = {
  role: Role;
  /** Operation id of the OpenAPI document. */
  action: string;
  relation: Relation;
  /** What the token is limited to; null = nothing. */
  verbs: TokenVerb[] | null;
  /** Whether the token is limited to some apps. */
  isAppToken: boolean;
};

export type AccessVerdict = { isAllowed: boolean; reason: string; policyRevision: string };

/** Data of the access policy: each action's kind and verb, as `app.view`; and what roles may do with kinds, by relation. */
export type AccessTable = {
  actions: Readonly<Record<string, string>>;
  grants: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>>;
};

/** The role that gives more. */
export function strongerRole(one: MemberRole, other: MemberRole): MemberRole {
  return memberRoles.indexOf(one) > memberRoles.indexOf(other) ? one : other;
}

/** What an admin must always be able to do: to see and to undo what a policy did. */
export const adminLifelines = [
  'getMe',
  'getStatus',
  'getPolicies',
  'listUsers',
  'changeUser',
  'resetPassword',
] as const;
