import type { Notice, Told } from './notice.ts';
import { noticeSeverities } from './notice.ts';

/** A notice and what is told of it. */
export type NewsItem = { notice: Notice; news: Told['news'] };

/** More than these in one message are only counted. */
const mostShown = 30;

/** `[critical] shop-1: deployment failed (and 2 more)`; control characters never get into a header. */
export function renderSubject(items: readonly NewsItem[]): string {
  const [first] = sorted(items);
  if (first === undefined) return 'Crane: nothing';
  const { notice, news } = first;
  const level = news === 'over' ? 'over' : notice.severity;
  const more = items.length === 1 ? '' : ` (and ${items.length - 1} more)`;
  return plain(`[${level}] ${notice.app ?? 'Crane'}: ${notice.title}${more}`, 200);
}

/** The body of a mail. */
export function renderText(items: readonly NewsItem[]): string {
  const shown = sorted(items).slice(0, mostShown);
  const lines = shown.map(({ notice, news }) =>
    [headOf(news, notice), `  ${plain(notice.text, 2_000)}`, `  ${timesOf(notice)}`].join('\n'),
  );
  const left = items.length - shown.length;
  return `${lines.join('\n\n')}${left > 0 ? `\n\n… and ${left} more; see: crane inbox` : ''}\n`;
}

const colors = { info: '#2f74c0', warning: '#d9a300', critical: '#c0392b', over: '#2e8b57' } as const;

/** The payload of an incoming webhook of Slack, which Mattermost, Rocket.Chat and others take too. */
export function renderSlack(items: readonly NewsItem[], channel: string | null): string {
  const shown = sorted(items).slice(0, mostShown);
  return JSON.stringify({
    ...(channel === null ? {} : { channel }),
    text: slackText(renderSubject(items)),
    attachments: shown.map(({ notice, news }) => ({
      color: news === 'over' ? colors.over : colors[notice.severity],
      fallback: slackText(headOf(news, notice)),
      title: slackText(headOf(news, notice)),
      text: slackText(plain(notice.text, 2_000)),
      ts: Math.floor((notice.overAt ?? notice.lastAt) / 1000),
    })),
  });
}

/** The body of a signed webhook: the same for each attempt. */
export function renderNotification(id: string, targetId: string, items: readonly NewsItem[]): string {
  return JSON.stringify({
    id,
    target: targetId,
    subject: renderSubject(items),
    notices: sorted(items).map(({ notice, news }) => {
      const { ownerId: _ownerId, ...shown } = notice;
      return { news, ...shown };
    }),
  });
}

/** The most pressing first, what is over last. */
function sorted(items: readonly NewsItem[]): NewsItem[] {
  const rank = ({ notice, news }: NewsItem): number =>
    news === 'over' ? -1 : noticeSeverities.indexOf(notice.severity);
  return items.toSorted((a, b) => rank(b) - rank(a) || a.notice.id - b.notice.id);
}

function timesOf({ at, overAt, times }: Notice): string {
  const over = overAt === null ? '' : `, over ${moment(overAt)}`;
  return `since ${moment(at)}${over}${times > 1 ? `, seen ${times} times` : ''}`;
}

function headOf(news: Told['news'], notice: Notice): string {
  const word = news === 'over' ? 'OVER' : news === 'again' ? 'STILL' : notice.severity.toUpperCase();
  return plain(`${word}  ${notice.app ?? 'platform'}: ${notice.title}`, 300);
}

/** One line without control characters. */
function plain(text: string, most: number): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, most);
}

/** https://docs.slack.dev/messaging/formatting-message-text: these three begin links, mentions and entities. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
