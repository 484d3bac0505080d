import { z } from 'zod';
import type { Matcher } from './matcher.ts';
import { matches } from './matcher.ts';
import { isAtLeast, type Notice, type NoticeKind, type NoticeSeverity, type Told } from './notice.ts';

/** Crane sends to the first three itself; the others are receivers of Alertmanager. */
export const targetKinds = ['smtp', 'slack', 'webhook', 'teams', 'pagerduty', 'jira'] as const;
export type TargetKind = (typeof targetKinds)[number];

/** What may be shown of where a target is. Addresses that hold a credential are no settings but secrets. */
export type TargetSettings =
  | {
      kind: 'smtp';
      host: string;
      port: number;
      /** `starttls` is required, not tried; `none` only where nobody listens between. */
      tls: 'starttls' | 'tls' | 'none';
      user: string | null;
      from: string;
      to: readonly string[];
    }
  /** `origin`: the address without its path, which is the secret. */
  | { kind: 'slack' | 'teams'; origin: string; channel: string | null }
  | { kind: 'webhook'; url: string }
  /** `url`: another address of the service than its usual one. */
  | { kind: 'pagerduty'; url: string | null }
  | { kind: 'jira'; url: string; user: string; project: string; issueType: string };

/** The same, as it is stored and shown. */
export const targetSettingsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('smtp'),
    host: z.string(),
    port: z.int(),
    tls: z.enum(['starttls', 'tls', 'none']),
    user: z.string().nullable(),
    from: z.string(),
    to: z.array(z.string()).readonly(),
  }),
  z.object({
    kind: z.enum(['slack', 'teams']),
    origin: z.string().describe('The address without its path, which is secret.'),
    channel: z.string().nullable(),
  }),
  z.object({ kind: z.literal('webhook'), url: z.string() }),
  z.object({ kind: z.literal('pagerduty'), url: z.string().nullable() }),
  z.object({
    kind: z.literal('jira'),
    url: z.string(),
    user: z.string(),
    project: z.string(),
    issueType: z.string(),
  }),
]) satisfies z.ZodType<TargetSettings>;

/** Which notices a target is told. */
export type TargetWants = {
  /** Empty = all. */
  kinds: readonly NoticeKind[];
  severity: NoticeSeverity;
  /** All of them must hold of the notice's labels. */
  matchers: readonly Matcher[];
  /** Whether it is told that a condition is over. */
  isToldEnd: boolean;
};

/** How often. Milliseconds. */
export type TargetPace = {
  /** Labels whose values make a group; notices of a group are one message. */
  groupBy: readonly string[];
  /** So long more of the group is waited for. */
  groupWaitMs: number;
  /** Two messages of a group are at least so far apart. */
  groupIntervalMs: number;
  /** A condition that goes on is told again after this. */
  repeatMs: number;
};

/** Where a person is told. */
export type NotificationTarget = {
  id: string;
  /** Is told what this person may see. */
  userId: number;
  /** Only notices of this app; null = of all, and of the platform. */
  appId: number | null;
  name: string;
  settings: TargetSettings;
  wants: TargetWants;
  pace: TargetPace;
  createdAt: number;
};

/** One message to one target. `waiting` until it was taken, or was tried too often. */
export type NotificationMessage = {
  id: string;
  targetId: string;
  groupKey: string;
  items: readonly Told[];
  state: 'waiting' | 'sent' | 'failed';
  attempts: number;
  dueAt: number;
  /** Of the last attempt. */
  error: string | null;
  createdAt: number;
  endedAt: number | null;
};

/** So often a message is tried, over about a quarter of an hour; then it is given up. */
export const mostAttempts = 12;

/** Labels that group notices. */
export const groupLabels = ['app', 'service', 'kind', 'alert', 'severity'] as const;

export const defaultPace: TargetPace = {
  groupBy: ['app', 'kind'],
  groupWaitMs: 5_000,
  groupIntervalMs: 60_000,
  repeatMs: 14_400_000,
};

/** Only receivers of Alertmanager. */
export function isRelayed(kind: TargetKind): boolean {
  return kind === 'teams' || kind === 'pagerduty' || kind === 'jira';
}

export function wantsNotice(
  target: Pick<NotificationTarget, 'appId' | 'wants'>,
  notice: Pick<Notice, 'appId' | 'kind' | 'severity' | 'labels'>,
): boolean {
  const { kinds, severity, matchers } = target.wants;
  if (target.appId !== null && notice.appId !== target.appId) return false;
  if (kinds.length > 0 && !kinds.includes(notice.kind)) return false;
  return isAtLeast(notice.severity, severity) && matchers.every((matcher) => matches(matcher, notice.labels));
}

/** Notices with the same key go into one message. */
export function groupKeyOf({ groupBy }: TargetPace, { labels }: Pick<Notice, 'labels'>): string {
  return JSON.stringify(groupBy.map((name) => labels[name] ?? ''));
}

/** When the next message of a group may go, `lastAt` being when the one before went. */
export function dueAtOf(
  { groupWaitMs, groupIntervalMs }: TargetPace,
  lastAt: number | null,
  now: number,
): number {
  return lastAt === null ? now + groupWaitMs : Math.max(now + groupWaitMs, lastAt + groupIntervalMs);
}
