import type { Notice, NoticeChange } from '../notice/notice.ts';
import type { NotificationMessage, NotificationTarget } from '../notice/notification-target.ts';
import type { Page, Paged } from './page.ts';
import type { Scope } from './scope.ts';

/** What people are told. */
export type NoticeStore = {
  /**
   * Raises one, or counts the same again (`isNew` false): while it is open, or within `mergeMs` when it happened once.
   */
  raise(
    notice: Extract<NoticeChange, { kind: 'raise' }>['notice'],
    about: { appId: number | null; app: string | null; at: number; mergeMs: number },
  ): { notice: Notice; isNew: boolean };
  /** The open ones of this key; over from now on. */
  end(key: string, at: number): Notice[];
  endOfApp(appId: number, at: number): Notice[];
  open(): Notice[];
  find(id: number): Notice | null;
  /** Newest first; with `afterId` oldest first, those after it. */
  list(scope: Scope, filter: { afterId: number | null; appId: number | null }, page: Page): Paged<Notice>;
  /** All up to this one were read by the person. */
  readTo(userId: number): number;
  markRead(userId: number, id: number): void;
  /** Called after each new one in this process; returns how to stop. Must not throw. */
  subscribe(listener: () => void): () => void;
};

/** Targets, and messages on their way to them. */
export type NotificationStore = {
  addTarget(target: NotificationTarget & { secret: string | null }): NotificationTarget;
  /** Oldest first; null = everybody's. */
  targets(userId: number | null): NotificationTarget[];
  findTarget(id: string): NotificationTarget | null;
  /** As it was sealed. */
  secret(id: string): string | null;
  removeTarget(userId: number, id: string): boolean;
  /** When it was last told of this condition; null = never. */
  toldAt(targetId: string, key: string): number | null;
  /** Null forgets it. */
  setTold(targetId: string, key: string, at: number | null): void;
  addMessage(message: NotificationMessage): void;
  /** Changes one that is there. */
  setMessage(
    id: string,
    change: Partial<
      Pick<NotificationMessage, 'items' | 'state' | 'attempts' | 'dueAt' | 'error' | 'endedAt'>
    >,
  ): void;
  /** One of the group that waits and was not tried yet. */
  untried(targetId: string, groupKey: string): NotificationMessage | null;
  lastSentAt(targetId: string, groupKey: string): number | null;
  /** Waiting ones of a target, the earliest due first. */
  waiting(targetId: string): NotificationMessage[];
  /** Newest first. */
  messages(targetId: string, limit: number): NotificationMessage[];
};
