import type { BuildContexts } from '../core/port/build-contexts.ts';
import type { PortableRouter } from '../core/bundle/bundle.ts';
import type { Lab } from '../core/lab/lab.ts';
import type { IdentityProvider } from '../core/port/identity-provider.ts';
import type { Hmac } from '../core/people/totp.ts';
import type { AccessTokens } from '../core/port/access-tokens.ts';
import type { Certificates } from '../core/port/certificates.ts';
import type { NotificationTarget } from '../core/notice/notification-target.ts';
import type { Relay, SendResult, Vault } from '../core/port/send-message.ts';
import type { Clock } from '../core/port/clock.ts';
import type { Passwords } from '../core/port/passwords.ts';
import type { HostFacts } from '../core/port/host-facts.ts';
import type { MetricsHistory } from '../core/port/metrics-history.ts';
import type { Observed } from '../core/port/observed.ts';
import type { OneOffs } from '../core/port/one-offs.ts';
import type { Parts } from '../core/port/parts.ts';
import type { RuleWorkbench, SignalHistory } from '../core/port/metrics.ts';
import type { PolicyEngine, PolicyWorkbench } from '../core/port/policy.ts';
import type { Runtime } from '../core/port/runtime.ts';
import type { ScanDatabase } from '../core/port/scanner.ts';
import type { SecretFiles } from '../core/port/secret-files.ts';
import type { Scrape } from '../core/port/scrape.ts';
import type { Store, Token, User } from '../core/port/store.ts';
import type { Scope } from '../core/port/scope.ts';

/** What every action is given. Actions check, decide, record and nudge; the control loops do the rest. */
export type ActionDeps = {
  store: Store;
  clock: Clock;
  runtime: Runtime;
  contexts: BuildContexts;
  parts: Parts;
  observed: Observed;
  scrape: Scrape;
  history: MetricsHistory;
  /** Asked again for replays and simulations, without any effect. */
  policy: PolicyEngine;
  policyWorkbench: PolicyWorkbench;
  /** A new key seals secrets; null where the keys come from the environment and are rotated there. */
  rotateSecretKey: (() => { resealed: number }) | null;
  scanDatabase: ScanDatabase;
  /** Scans of running apps are looked at again, and apps judged. */
  wakeAudit: () => void;
  secretFiles: SecretFiles;
  /** Of this machine, for admission. */
  host: HostFacts;
  ruleWorkbench: RuleWorkbench;
  /** Owners' rules are not what they were. */
  rulesChanged: () => void;
  /** Signals of the past, for simulations. */
  recordings: SignalHistory;
  /** The router that an exported app takes along. */
  portableRouter: PortableRouter;
  /** Guided labs, easy ones first. */
  labs: readonly Lab[];
  /** A new unguessable id, `op-…`. */
  newId: (prefix: string) => string;
  /** A new secret of 32 random bytes, base64url, and its SHA-256 (hex). */
  newSecret: () => { secret: string; hash: string };
  hashSecret: (secret: string) => string;
  /** 20 random bytes, base32: for an authenticator. */
  newTotpSecret: () => string;
  hmacSha1: Hmac;
  /** Another service that vouches for people; null = none. */
  identityProvider: IdentityProvider | null;
  passwords: Passwords;
  accessTokens: AccessTokens;
  /** The secret of what has this name, of 32 bytes, base64url: always the same in this installation, and nowhere kept. */
  deriveSecret: (name: string) => string;
  /** Marks an app dirty; the reconciler looks at once. */
  nudge: (appId: number) => void;
  /** A webhook was added or enabled. */
  wakeWebhooks: () => void;
  /** Tells people: `test` sends one message at once. */
  notifier: { wake(): void; test(target: NotificationTarget, user: User): Promise<SendResult> };
  /** Receivers of Alertmanager. */
  relay: Relay;
  vault: Vault;
  /** Received alerts are waiting to be judged. */
  wakeAlerts: () => void;
  /** Starts queued operations; cancels a running one. */
  operations: { wake(): void; cancel(id: string): void };
  oneOffs: OneOffs;
  /** Issues the certificates of routes with TLS. */
  certificates: Certificates;
  /** First part of names, the router's published ports and the limits of loads. */
  settings: { prefix: string; routerPort: number; tlsPort: number; maxLoadRate: number; maxLoadMs: number };
};

/** Who asks, and by what they showed that they are it. */
export type Actor = {
  user: User;
  via?: ActorVia;
  /** Of the token; absent = as the person. */
  limits?: Pick<Token, 'verbs' | 'appIds'>;
};
export type ActorVia =
  | { kind: 'token'; tokenId: number }
  | { kind: 'browser' | 'api'; loginId: string }
  /** Who owns the machine, by its socket. */
  | { kind: 'break-glass' };

/** What changing people and logging in need of the dependencies. */
export type PeopleDeps = Pick<
  ActionDeps,
  | 'store'
  | 'clock'
  | 'newSecret'
  | 'hashSecret'
  | 'newId'
  | 'passwords'
  | 'accessTokens'
  | 'newTotpSecret'
  | 'hmacSha1'
>;

/** What the actor may see: an admin everything, a user what they own and what groups share with them; by a token of some apps only these. */
export function scopeOf({ user, limits }: Actor): Scope {
  const only = limits?.appIds === undefined || limits.appIds === null ? {} : { only: limits.appIds };
  return user.role === 'admin' ? { kind: 'all', ...only } : { kind: 'member', userId: user.id, ...only };
}
