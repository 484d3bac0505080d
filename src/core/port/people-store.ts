import type { Group, GroupMember } from '../access/group.ts';
import type { MemberRole } from '../access/access.ts';
import type { SecondFactor } from '../people/second-factor.ts';
import type { Login } from '../people/login.ts';
import type { Quota } from '../quota/quota.ts';
import type { TokenVerb } from '../people/token-scope.ts';
import type { Invitation, User } from '../people/user.ts';

export type { User } from '../people/user.ts';
export type Token = {
  id: number;
  userId: number;
  name: string;
  /** Null = all. */
  verbs: TokenVerb[] | null;
  /** Null = all that its person may see. */
  appIds: number[] | null;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
};

/** The part of the store about people: who they are, how they get in, with whom they share. */
export type PeopleStore = {
  users: {
    count(): number;
    create(user: { name: string; role: User['role']; at: number; passwordHash?: string }): User;
    find(id: number): User | null;
    /** Names are equal whatever their case. */
    findByName(name: string): User | null;
    list(): User[];
    update(id: number, change: Partial<Pick<User, 'role' | 'isDisabled'>>): User;
    passwordHash(id: number): string | null;
    setPassword(id: number, hash: string): void;
    /** Limits of their own; what is absent is as for everybody. */
    quota(id: number): Partial<Quota>;
    setQuota(id: number, quota: Partial<Quota>): void;
    /** Frees the name; what the person did stays theirs. Tokens and logins end. */
    remove(id: number, at: number): void;
  };
  /** People as other services know them. */
  identities: {
    /** Null: nobody here, or removed. */
    find(identity: { issuer: string; subject: string }): User | null;
    add(identity: { issuer: string; subject: string; userId: number; at: number }): void;
  };
  /** Authenticators, at most one for each person. */
  secondFactors: {
    find(userId: number): SecondFactor | null;
    /** Of the authenticator, base32. */
    secret(userId: number): string | null;
    /** One that is not confirmed yet makes way. */
    begin(factor: { userId: number; secret: string; at: number }): void;
    confirm(userId: number, at: number): void;
    /** The code of this step was right: none up to it is good again. */
    succeed(userId: number, step: number): void;
    fail(userId: number, after: { failures: number; openAt: number }): void;
    /** Recovery codes, in place of those of before. */
    setCodes(userId: number, hashes: readonly string[]): void;
    /** False when it is none that is left. */
    spendCode(userId: number, hash: string): boolean;
    /** False when there was none. */
    remove(userId: number): boolean;
  };
  groups: {
    create(group: { name: string; at: number }): Group;
    findByName(name: string): Group | null;
    /** Of this person; null = all. */
    list(userId: number | null): Group[];
    remove(id: number): void;
    members(id: number): GroupMember[];
    /** Null takes the person out. */
    setMember(id: number, userId: number, role: MemberRole | null): void;
    /** Ids of the apps it shares. */
    apps(id: number): number[];
    share(id: number, appId: number, isShared: boolean): void;
    /** The strongest role that groups give this person for this app; null = none. */
    roleFor(userId: number, appId: number): MemberRole | null;
  };
  invitations: {
    create(invitation: Omit<Invitation, 'id'> & { hash: string; createdBy: number }): Invitation;
    /** Those that are good at `now`. */
    list(now: number): Invitation[];
    /** Gives it and removes it: each is good once. */
    redeem(hash: string, now: number): Invitation | null;
    remove(id: number): boolean;
  };
  logins: {
    create(login: Login & { hash: string }): void;
    /** Null when unknown, or over at `now`, or its user is disabled or removed. */
    find(id: string, now: number): { user: User; login: Login } | null;
    findByHash(hash: string, now: number): { user: User; login: Login } | null;
    list(userId: number, now: number): Login[];
    touch(id: string, seen: { seenAt: number; idleAt: number }): void;
    /** The next refresh token; the one before is spent. */
    rotate(id: string, next: { hash: string; seenAt: number; idleAt: number }): void;
    /** The login whose spent refresh token this is. */
    spentBy(hash: string): string | null;
    /** False when this person has no such login. */
    remove(userId: number, id: string): boolean;
    /** Ends all of this person's but one. */
    removeAll(userId: number, but: string | null): number;
    /** Forgets those that are over. */
    sweep(now: number): void;
  };
  tokens: {
    /** `hash` = SHA-256 of the token, hex. */
    create(token: {
      userId: number;
      name: string;
      hash: string;
      at: number;
      expiresAt: number | null;
      verbs?: TokenVerb[] | null;
      appIds?: number[] | null;
    }): Token;
    /** Null when unknown, expired at `now`, revoked, or its user disabled. */
    authenticate(hash: string, now: number): { user: User; token: Token } | null;
    list(userId: number): Token[];
    revoke(userId: number, id: number): boolean;
    /** Ends all of this person's. */
    revokeAll(userId: number): number;
  };
};
