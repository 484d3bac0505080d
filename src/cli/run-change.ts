import type { Accepted, Api } from './calls/api.ts';
import { connect } from './calls/connect.ts';
import type { CliContext } from './context.ts';
import { followOperation } from './calls/follow-operation.ts';
import type { FormatOptions } from './options.ts';
import { isJson } from './options.ts';
import { createProgressLines } from './output/progress-lines.ts';
import { writeJson } from './output/terminal.ts';
import { showApp } from './show-app.ts';

export type ChangeOptions = FormatOptions & { wait: boolean };

/** Asks for a change of an app, follows it to its end, and shows the app; with `--no-wait` only that it was accepted. */
export async function runChange(
  context: CliContext,
  app: string,
  options: ChangeOptions,
  change: (api: Api) => Promise<Accepted>,
): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  const { operation } = await change(api);
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { operation });
    else terminal.out.write(`${operation.id}\n`);
    return;
  }
  await followOperation(api, operation, { lines: createProgressLines(terminal.err), signal });
  showApp(context, await api.app(app), { json: isJson(options) });
}
