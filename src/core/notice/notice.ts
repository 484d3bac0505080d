/** What people are told of, in groups they can choose. */
export const noticeKinds = [
  'alert',
  'decision',
  'healing',
  'deployment',
  'part',
  'scan',
  'trouble',
  'test',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** From the least to the most. */
export const noticeSeverities = ['info', 'warning', 'critical'] as const;
export type NoticeSeverity = (typeof noticeSeverities)[number];

/**
 * One thing that people are told.
 *
 *   open ──(it ended)──► over        a condition: an alert that fires, a part that is down
 *   once                             it happened, and that is all
 */
export type Notice = {
  id: number;
  /** Of the condition: the same again is the same notice while it is open, or soon after. */
  key: string;
  kind: NoticeKind;
  severity: NoticeSeverity;
  state: 'open' | 'over' | 'once';
  /** Null: it is about the platform, and everybody may know. */
  appId: number | null;
  ownerId: number | null;
  app: string | null;
  service: string | null;
  title: string;
  text: string;
  labels: Readonly<Record<string, string>>;
  at: number;
  /** When it was seen last, and how often. */
  lastAt: number;
  times: number;
  overAt: number | null;
};

/** What an event means for notices. */
export type NoticeChange =
  | {
      kind: 'raise';
      notice: Pick<Notice, 'key' | 'severity' | 'service' | 'title' | 'text' | 'labels'> & {
        kind: NoticeKind;
        state: 'open' | 'once';
      };
    }
  /** The condition ended; nothing when it was not open. */
  | { kind: 'end'; key: string }
  /** The app is gone: nothing of it is open any more. */
  | { kind: 'end-app' };

/** What is told of a notice: that it is, that it still is, or that it is over. */
export type Told = { noticeId: number; news: 'raised' | 'again' | 'over' };

export function isAtLeast(severity: NoticeSeverity, least: NoticeSeverity): boolean {
  return noticeSeverities.indexOf(severity) >= noticeSeverities.indexOf(least);
}
