import type { Notice } from '../core/notice/notice.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

export type InboxNotice = Omit<Notice, 'ownerId' | 'key'> & { isRead: boolean };
const readAtOnce = 200;

/** What the person may know of, the newest first. */
export function readInbox(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app?: string | undefined; isUnreadOnly: boolean; limit: number; cursor: string | null },
): { items: InboxNotice[]; nextCursor: string | null } {
  const { notices } = deps.store;
  const appId = input.app === undefined ? null : findApp(deps, actor, input.app).id;
  const readTo = notices.readTo(actor.user.id);
  const page = { limit: input.limit, cursor: input.cursor };
  const { items, nextCursor } = notices.list(scopeOf(actor), { afterId: null, appId }, page);
  const shown = items.filter(({ id }) => !input.isUnreadOnly || id > readTo);
  // Older ones are read too.
  const isEnd = shown.length < items.length;
  return { items: shown.map((notice) => viewOf(notice, readTo)), nextCursor: isEnd ? null : nextCursor };
}

/** All up to this one, or all there are. */
export function markInboxRead(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { upTo?: number | undefined },
): { readTo: number } {
  const { notices } = deps.store;
  const page = { limit: 1, cursor: null };
  const newest = notices.list(scopeOf(actor), { afterId: null, appId: null }, page).items[0]?.id ?? 0;
  notices.markRead(actor.user.id, Math.min(input.upTo ?? newest, newest));
  return { readTo: notices.readTo(actor.user.id) };
}

/** New notices as they are made: after this one, or from now on. Ends with `signal`. */
export async function* followInbox(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { after: number | null },
  signal: AbortSignal,
): AsyncIterable<InboxNotice> {
  const { notices } = deps.store;
  const scope = scopeOf(actor);
  const one = { limit: 1, cursor: null };
  let after =
    input.after ?? notices.list({ kind: 'all' }, { afterId: null, appId: null }, one).items[0]?.id ?? 0;
  let wake = Promise.withResolvers<void>();
  const stop = notices.subscribe(() => wake.resolve());
  const end = (): void => wake.resolve();
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      wake = Promise.withResolvers<void>();
      const { items } = notices.list(
        scope,
        { afterId: after, appId: null },
        { limit: readAtOnce, cursor: null },
      );
      const readTo = notices.readTo(actor.user.id);
      for (const notice of items) yield viewOf(notice, readTo);
      after = items.at(-1)?.id ?? after;
      if (items.length < readAtOnce && !signal.aborted) await wake.promise;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', end);
  }
}

function viewOf({ ownerId: _ownerId, key: _key, ...notice }: Notice, readTo: number): InboxNotice {
  return { ...notice, isRead: notice.id <= readTo };
}
