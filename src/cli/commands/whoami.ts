import type { Command } from 'commander';
import { renderQuota } from '../input/change-quota.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderPairs } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(command), [['crane whoami', '']]).action(async (options: FormatOptions) => {
    const { out } = context.terminal;
    const api = connect(context);
    const [user, quota] = await Promise.all([api.me(), api.people.myQuota()]);
    if (isJson(options)) return writeJson(out, { ...user, url: api.url, quota });
    out.write(
      renderPairs(out, [
        ['name', user.name],
        ['role', user.role],
        ['control plane', api.url],
      ]),
    );
    out.write(`\n${renderQuota(context, quota)}`);
  });
}
