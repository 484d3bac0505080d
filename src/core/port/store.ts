import type { Page, Paged } from './page.ts';
import type { Scope } from './scope.ts';
import type { Metered } from '../cost/cost.ts';
import type { AdmissionStore } from './admission-store.ts';
import type { Canary } from '../app/canary.ts';
import type { Pause } from '../app/pause.ts';
import type { Alert, AlertOutcome } from '../alert/alert.ts';
import type { RuleSet } from '../alert/owner-rule.ts';
import type { App, Release, ServiceTarget } from '../app/app.ts';
import type { Decision, DecisionEffect } from '../decision/decision.ts';
import type { DeployHook } from '../hook/hook.ts';
import type { AlertSourceStore } from './alert-source-store.ts';
import type { LabStore } from './lab-store.ts';
import type { SecretStore } from './secret-store.ts';
import type { SilenceStore } from './silence-store.ts';
import type { NoticeStore, NotificationStore } from './notification-store.ts';
import type { LoadReport, LoadSpec } from '../load/load.ts';
import type { FeedEvent } from '../operation/feed.ts';
import type { Operation, OperationEvent } from '../operation/operation.ts';
import type { AuditStore } from './audit-store.ts';
import type { PeopleStore } from './people-store.ts';
import type { PolicyStore } from './policy-store.ts';
import type { ScalingSchedule } from '../scaling/schedule.ts';
import type { ScalingMode, Override, ScalingControl } from '../scaling/steering.ts';
import type { ScanReport } from '../scan/scan.ts';
import type { Webhook, WebhookDelivery } from '../webhook/webhook.ts';

export type { Token, User } from './people-store.ts';

/** A stored alert occurrence; `isNew` false = this occurrence and status was stored before. */
export type StoredAlert = { id: number; receivedAt: number; alert: Alert; outcome: AlertOutcome };

/** What was answered to a change that brought an Idempotency-Key. Whoever lacks the key cannot read it. */
export type KeptAnswer = { requestHash: string; sealed: string };

type OtherParts = PeopleStore & AdmissionStore;

/**
 * Everything durable. Calls are synchronous (SQLite in the process): inside `transaction` nothing interleaves, and what
 * has returned is on disk. A full disk is `store.full`, a broken file `store.unavailable`.
 */
export type Store = OtherParts & {
  /** All or nothing; nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  close(): void;
  /** Seals secrets with the first of these keys from now on, and what is kept at once; gives how many texts were sealed anew. */
  reseal(keys?: readonly Uint8Array[]): number;

  answers: {
    /** The answer to this key of this person, when it was given after `since`. */
    find(userId: number, keyHash: string, since: number): KeptAnswer | null;
    /** Keeps one, and forgets all that are as old as `forgetBefore` or older. */
    keep(answer: KeptAnswer & { userId: number; keyHash: string; at: number; forgetBefore: number }): void;
  };
  audit: AuditStore;
  /** Small durable facts: the setup token's hash, the installation id. */
  settings: {
    get(key: string): string | null;
    set(key: string, value: string): void;
    remove(key: string): void;
  };

  apps: {
    /** Allots the id and with it the unique name. */
    create(app: { name: string; ownerId: number; at: number }): App;
    /** By id (`7`), unique name (`store-7`), or the engine's name for it (`shop-7`). */
    find(scope: Scope, ref: string | number): App | null;
    findByName(scope: Scope, name: string): App[];
    list(scope: Scope): App[];
    /** Also of an app that is gone. */
    ownerOf(id: number): number | null;
    update(
      id: number,
      /** A new name brings its unique name along; the engine's stays. */
      change: Partial<Pick<App, 'name' | 'ownerId' | 'intent' | 'releaseNumber' | 'stableReleaseNumber'>>,
      at: number,
    ): App;
    /** Makes a network that no other app has its `default` one, for ever. It is no change that people see: the revision stays. */
    takeNetwork(id: number, network: string): void;
    /** Removes the app and what hangs on it, except decisions, alerts and events (the ledger only grows). */
    remove(id: number): void;
  };
  releases: {
    /** `secrets`: values by name; what a release is shown as never holds them. */
    create(release: Omit<Release, 'number'>, secrets?: Readonly<Record<string, string>>): Release;
    find(appId: number, number: number): Release | null;
    list(appId: number): Release[];
    /** Numbers of those that are kept, oldest first. */
    numbers(appId: number): number[];
    /** Ids of the images that kept releases of all apps run → the names they know them by. */
    imagesInUse(): Map<string, Set<string>>;
    remove(appId: number, number: number): void;
    /** The values of a release's secrets, for writing them into its instances. */
    secrets(appId: number, number: number): Readonly<Record<string, string>>;
  };
  hooks: {
    create(hook: Omit<DeployHook, 'lastUsedAt'>): DeployHook;
    find(id: string): DeployHook | null;
    /** Of this app, oldest first. */
    list(appId: number): DeployHook[];
    /** False when the app has no such hook. */
    remove(appId: number, id: string): boolean;
    markUsed(id: string, at: number): void;
  };
  /** When images were last pulled, whoever asked for it. `platform` null = that of the engine. */
  pulls: {
    lastAt(ref: string, platform: string | null): number | null;
    record(ref: string, platform: string | null, at: number): void;
  };
  /** At most one for each app. */
  canaries: {
    find(appId: number): Canary | null;
    set(appId: number, canary: Canary): void;
    remove(appId: number): void;
  };
  /** At most one for each app. */
  pauses: {
    find(appId: number): Pause | null;
    set(appId: number, pause: Pause): void;
    remove(appId: number): void;
  };
  targets: {
    get(appId: number, service: string): ServiceTarget | null;
    list(appId: number): ServiceTarget[];
    set(target: { appId: number; service: string; replicas: number; at: number }): void;
    remove(appId: number, service: string): void;
  };
  /** Modes and overrides that people set of a service's scaling. */
  controls: {
    get(appId: number, service: string): ScalingControl | null;
    /** Null = as the release says. */
    setMode(control: { appId: number; service: string; mode: ScalingMode | null; by: string }): void;
    setOverride(control: { appId: number; service: string; override: Override | null }): void;
    /** Those with an override whose time is over. */
    overdue(now: number): ScalingControl[];
  };
  /** Windows with other bounds. */
  schedules: {
    create(schedule: Omit<ScalingSchedule, 'id'>): ScalingSchedule;
    /** Oldest first. */
    list(appId: number): ScalingSchedule[];
    remove(appId: number, id: number): boolean;
  };
  /** Versions of each app's own rules. */
  ruleSets: {
    /** As the next version. */
    add(set: Omit<RuleSet, 'version'>): RuleSet;
    newest(appId: number): RuleSet | null;
    /** Newest first; the last two hundred. */
    list(appId: number): RuleSet[];
  };
  policies: PolicyStore;
  operations: {
    create(operation: {
      id: string;
      kind: Operation['kind'];
      appId: number;
      userId: number;
      at: number;
      input: unknown;
    }): Operation;
    find(scope: Scope, id: string): Operation | null;
    /** What the creator of the operation handed over; never shown. */
    input(id: string): unknown;
    listOpen(): Operation[];
    /** Of those that this person began. */
    countOpen(userId: number): number;
    listForApp(appId: number, limit: number): Operation[];
    update(
      id: string,
      change: Partial<Pick<Operation, 'status' | 'endedAt' | 'error' | 'result'>>,
    ): Operation;
    appendEvent(event: Omit<OperationEvent, 'seq'>): OperationEvent;
    events(operationId: string, afterSeq: number): OperationEvent[];
  };
  decisions: {
    record(decision: Decision): void;
    /** The newest decision of this service, whatever it was. */
    last(appId: number, service: string, family: Decision['family']): Decision | null;
    /** The newest that changed replicas in this direction. */
    lastChange(appId: number, service: string, direction: 'scale-out' | 'scale-in'): Decision | null;
    repeat(id: string, at: number): void;
    setEffect(id: string, effect: DecisionEffect): void;
    find(scope: Scope, id: string): Decision | null;
    list(
      scope: Scope,
      filter: { appId: number | null; service?: string; onlyChanges?: boolean },
      page: Page,
    ): Paged<Decision>;
    pendingEffects(): Decision[];
    /** Healing decisions of this service that restarted something since then, for backoff. */
    countRestartsSince(appId: number, service: string, since: number): number;
  };
  alerts: {
    /** Durable before it returns; the pair (occurrence, status) is stored once. */
    receive(alert: Alert, at: number): StoredAlert & { isNew: boolean };
    setOutcome(id: number, outcome: AlertOutcome): void;
    pending(): StoredAlert[];
    /** Firing occurrences of a service that were not resolved; the app by the engine's name, whichever they came with. */
    active(app: string, service: string): Alert[];
    list(page: Page): Paged<StoredAlert>;
  };
  scans: {
    record(report: ScanReport): void;
    /** The newest of this image. */
    find(imageId: string): ScanReport | null;
  };
  loads: {
    create(load: { id: string; appId: number; spec: LoadSpec; at: number }): void;
    finish(id: string, report: LoadReport): void;
    find(appId: number, id: string): { id: string; spec: LoadSpec; report: LoadReport | null } | null;
  };
  /** What services had, in rows of ten minutes. Those of an app go with it. */
  meter: {
    add(appId: number, at: number, metered: Metered): void;
    /** By service; rows that begin from `since` (rounded down to its row) until before `until`. */
    sum(appId: number, since: number, until: number): Metered[];
    forgetBefore(at: number): void;
  };
  webhooks: {
    create(
      webhook: Pick<Webhook, 'id' | 'userId' | 'appId' | 'url' | 'events' | 'lastSeq' | 'createdAt'>,
    ): Webhook;
    find(id: string): Webhook | null;
    /** This person's, oldest first. */
    list(userId: number): Webhook[];
    /** Everybody's that are not disabled. */
    listActive(): Webhook[];
    /** One that is gone stays gone. */
    update(
      id: string,
      change: Partial<Pick<Webhook, 'state' | 'reason' | 'failures' | 'nextAt' | 'lastSeq'>>,
    ): void;
    remove(userId: number, id: string): boolean;
    recordDelivery(delivery: Omit<WebhookDelivery, 'seq'>): void;
    /** Newest first. */
    deliveries(id: string, limit: number): WebhookDelivery[];
  };
  alertSources: AlertSourceStore;
  silences: SilenceStore;
  labs: LabStore;
  secrets: SecretStore['secrets'];
  notices: NoticeStore;
  notifications: NotificationStore;
  feed: {
    append(event: Omit<FeedEvent, 'seq'>): FeedEvent;
    /** Each under the name that its app has now. */
    since(scope: Scope, afterSeq: number, limit: number): FeedEvent[];
    /** Newest sequence number, 0 when empty. */
    lastSeq(): number;
    /** Called after each append in this process; returns how to stop. Must not throw. */
    subscribe(listener: (event: FeedEvent) => void): () => void;
  };
};
