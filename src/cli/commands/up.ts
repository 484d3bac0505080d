import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { exitCodes } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderFeedEvent } from '../output/feed-line.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import { bringUp, type BroughtUp } from '../platform/bring-up.ts';
import { stopControlPlane } from '../platform/control-plane.ts';

type Options = FormatOptions & { detach?: boolean };

export function declare(command: Command, context: CliContext): void {
  command.option('-d, --detach', 'leave the control plane running in the background');
  addExamples(addFormat(command), [
    ['crane up --detach', ''],
    ['crane up', 'stay and show what happens; Ctrl-C stops the control plane, parts and apps go on'],
  ]).action(async (options: Options) => up(context, options));
}

async function up(context: CliContext, options: Options): Promise<void> {
  const { terminal } = context;
  const lines = createProgressLines(terminal.err);
  let brought: BroughtUp;
  try {
    brought = await bringUp(context, lines);
  } finally {
    lines.end();
  }
  if (isJson(options)) await printJson(context, brought);
  else terminal.out.write(renderUp(brought));
  // JSON is for scripts, and one that was running already is not ours to stop: neither stays.
  if (options.detach === true || isJson(options) || brought.child === null) return;
  await stayWith(context, { child: brought.child, user: brought.user });
}

async function printJson(
  context: CliContext,
  { url, user, dataDir, logPath, child }: BroughtUp,
): Promise<void> {
  const status = user === null ? null : await connect(context).status();
  writeJson(context.terminal.out, {
    url,
    user,
    dataDir,
    logPath,
    wasRunning: child === null,
    parts: status?.parts ?? null,
  });
}

function renderUp({ url, user, setupTokenPath, child }: BroughtUp): string {
  const state = child === null ? 'The control plane was running already' : 'The control plane is up';
  const login =
    user === null
      ? `Not logged in: ask its admin for a token (crane login --token), or use the setup token in ${setupTokenPath}.`
      : `Logged in as ${user}.`;
  return `${escapeLine(`${state}: ${url}`)}\n${escapeLine(login)}\nNext: crane deploy -f compose.yaml, crane status, crane down\n`;
}

/** The activity feed until Ctrl-C, which stops the control plane and nothing else. */
async function stayWith(
  context: CliContext,
  { child, user }: { child: ChildProcess; user: string | null },
): Promise<void> {
  const { terminal, signal } = context;
  terminal.err.write('Showing what happens. Ctrl-C stops the control plane; parts and apps keep running.\n');
  const gone = new AbortController();
  child.once('exit', () => gone.abort());
  child.ref();
  const over = AbortSignal.any([signal, gone.signal]);
  // Who is not logged in sees nothing of the feed.
  if (user === null) await once(over, 'abort');
  else
    for await (const event of connect(context).feed(null, over))
      terminal.out.write(`${renderFeedEvent(terminal.out, event)}\n`);
  if (!signal.aborted) {
    terminal.err.write('The control plane ended.\n');
    context.setExitCode(child.exitCode === 0 ? exitCodes.ok : exitCodes.failed);
    return;
  }
  terminal.err.write('Stopping the control plane …\n');
  await stopControlPlane(child);
  terminal.err.write(
    'Stopped. Parts and apps keep running: crane up takes over again, crane down takes them away.\n',
  );
}
