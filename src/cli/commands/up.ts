import type { ChildProcess } from 'node:child_process';
import type { Command } from 'commander';
import { connect } from '../connect.ts';
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
  await stayWith(context, brought.child);
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
async function stayWith(context: CliContext, child: ChildProcess): Promise<void> {
  const { terminal, signal } = context;
  terminal.err.write('Showing what happens. Ctrl-C stops the control plane; parts and apps keep running.\n');
  const gone = new AbortController();
  child.once('exit', () => gone.abort());
  child.ref();
  try {
    for await (const event of connect(context).feed(null, AbortSignal.any([signal, gone.signal]))) {
      terminal.out.write(`${renderFeedEvent(terminal.out, event)}\n`);
    }
  } catch (error) {
    if (!signal.aborted && !gone.signal.aborted) throw error;
  }
  if (gone.signal.aborted && !signal.aborted) {
    terminal.err.write('The control plane ended.\n');
    context.setExitCode(child.exitCode === 0 ? 0 : 1);
    return;
  }
  terminal.err.write('Stopping the control plane …\n');
  await stopControlPlane(child);
  terminal.err.write(
    'Stopped. Parts and apps keep running: crane up takes over again, crane down takes them away.\n',
  );
}
