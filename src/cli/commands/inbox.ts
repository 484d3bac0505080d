import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../input/duration.ts';
import type { ShownNotice } from '../calls/notify-calls.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson, writeJsonLine, type Format, type Stream } from '../output/terminal.ts';
import { formatAge, formatClock } from '../output/units.ts';
import { wrapText } from '../output/wrap-text.ts';

type Options = FormatOptions & {
  app?: string;
  unread?: boolean;
  read?: boolean;
  follow?: boolean;
  limit: string;
};

export function declare(command: Command, context: CliContext): void {
  command
    .option('--app <app>', 'only of this app')
    .option('--unread', 'only what was not marked as read')
    .option('--read', 'mark all as read')
    .option('-f, --follow', 'what comes from now on, until Ctrl-C')
    .option('--limit <number>', 'how many, the newest first', '20');
  addExamples(addFormat(command), [
    ['crane inbox', 'what you should know, the newest first'],
    ['crane inbox --unread --app shop-1', ''],
    ['crane inbox --read', 'you have seen it all'],
    ['crane inbox --follow', 'as it comes'],
  ]).action(async (options: Options) => {
    if (options.follow === true) return follow(context, options);
    return show(context, options);
  });
}

async function show(context: CliContext, options: Options): Promise<void> {
  const { out, err } = context.terminal;
  const api = connect(context);
  const limit = parseWhole(options.limit, '--limit', { min: 1, max: 1000 });
  const notices = await api.notify.inbox({ app: options.app, unread: options.unread === true, limit });
  if (options.read === true) await api.notify.markRead();
  if (isJson(options)) return writeJson(out, notices);
  if (notices.length === 0) err.write('Nothing to tell.\n');
  const now = Date.now();
  for (const notice of notices) out.write(render(out, notice, formatAge(now - notice.lastAt).padStart(8)));
}

async function follow(context: CliContext, options: Options): Promise<void> {
  const { out } = context.terminal;
  const api = connect(context);
  const app = options.app === undefined ? null : (await api.app(options.app)).uniqueName;
  for await (const notice of api.notify.followInbox(context.signal)) {
    if (app !== null && notice.app !== app) continue;
    if (isJson(options)) writeJsonLine(out, notice);
    else out.write(render(out, notice, formatClock(notice.lastAt)));
  }
}

const formats: Readonly<Record<ShownNotice['severity'], Format>> = {
  info: 'dim',
  warning: 'yellow',
  critical: 'red',
};

/** `      5m  critical  shop-1  deployment failed: …`, marked while it was not read. */
function render(out: Stream, notice: ShownNotice, when: string): string {
  const { severity, state, app, title, text, times, isRead } = notice;
  const level =
    state === 'over' ? out.paint('green', 'over    ') : out.paint(formats[severity], severity.padEnd(8));
  const place = app === null ? 'platform' : escapeLine(app);
  const again = times > 1 ? ` (${times} times)` : '';
  const indent = 22 + place.length;
  const words = wrapText(out, `${escapeLine(title)}${again}: ${escapeLine(text)}`, indent);
  return `${when} ${isRead ? ' ' : '*'} ${level}  ${out.paint('bold', place)}  ${words}\n`;
}
