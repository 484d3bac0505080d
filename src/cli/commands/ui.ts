import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions & { open: boolean };

/** So long the link, and the pages opened by it, are good for. */
const validSeconds = 12 * 3_600;

export function declare(command: Command, context: CliContext): void {
  command.option('--no-open', 'only print the link');
  addExamples(addFormat(command), [
    ['crane ui', 'opens the browser; the link logs in, for 12 hours'],
    ['crane ui --no-open', 'prints the link'],
  ]).action(async (options: Options) => {
    const { terminal } = context;
    const api = connect(context);
    const { secret } = await api.createToken({ name: 'web pages', expiresInSeconds: validSeconds });
    // A fragment is sent to no server and stands in no log.
    const link = `${api.url}/#token=${secret}`;
    if (isJson(options)) return writeJson(terminal.out, { url: api.url, link, validSeconds });
    terminal.out.write(`${escapeLine(link)}\n`);
    terminal.err.write('Whoever has this link is logged in as you, for 12 hours.\n');
    if (options.open && terminal.out.isTty) openBrowser(link);
  });
}

/** Where there is no browser the printed link is enough. */
function openBrowser(link: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', link]
      : process.platform === 'win32'
        ? ['explorer', link]
        : ['xdg-open', link];
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
