import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderPairs } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { version } from '../version.ts';

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(command), [['crane version --json', '']]).action(async (options: FormatOptions) => {
    const { out } = context.terminal;
    const server = await serverVersion(context);
    if (isJson(options)) return writeJson(out, { client: version, server, node: process.versions.node });
    out.write(
      renderPairs(out, [
        ['command line', version],
        ['control plane', server ?? 'not reachable'],
        ['node', process.versions.node],
      ]),
    );
  });
}

/** Null where no control plane answers, or not to us: the version of the command line is worth printing alone. */
async function serverVersion(context: CliContext): Promise<string | null> {
  try {
    return (await connect(context).status()).version;
  } catch {
    return null;
  }
}
