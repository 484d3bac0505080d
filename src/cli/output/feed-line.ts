import type { FeedEventView } from '../calls/views.ts';
import { escapeLine } from './escape.ts';
import type { Format, Stream } from './terminal.ts';
import { formatClock } from './units.ts';
import { wrapText } from './wrap-text.ts';

const byKind: readonly (readonly [prefix: string, format: Format])[] = [
  ['alert.firing', 'yellow'],
  ['alert.', 'dim'],
  ['decision', 'cyan'],
  ['instance.failed', 'red'],
  ['instance.ready', 'green'],
  ['instance.', 'dim'],
  ['deployment.failed', 'red'],
  ['deployment.done', 'green'],
  ['part.down', 'red'],
  ['part.up', 'green'],
  ['heal.done', 'green'],
  ['control.error', 'red'],
  ['load.', 'magenta'],
];

export function formatOfKind(kind: string): Format | null {
  return byKind.find(([prefix]) => kind.startsWith(prefix))?.[1] ?? null;
}

/** Columns of the longest kinds and names that are usual. */
const kindWidth = 18;
const clockWidth = 8;

/** `14:03:07  decision            shop-1  Scaled …`. */
export function renderFeedEvent(out: Stream, event: FeedEventView): string {
  const format = formatOfKind(event.kind);
  const kind = escapeLine(event.kind).padEnd(kindWidth);
  const app = event.app === null ? '' : escapeLine(event.app);
  const indent = clockWidth + kindWidth + 4 + (app === '' ? 0 : app.length + 2);
  const text = wrapText(out, escapeLine(event.text), indent);
  return `${out.paint('dim', formatClock(event.at))}  ${format === null ? kind : out.paint(format, kind)}  ${app === '' ? '' : `${out.paint('bold', app)}  `}${text}`;
}
