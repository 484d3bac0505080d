import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { ReleaseView } from '../calls/views.ts';

export function declare(command: Command, context: CliContext): void {
  command.argument('<app>', 'unique name or id of an app');
  addExamples(addFormat(command), [
    ['crane history shop-1', ''],
    ['crane history shop-1 --json', 'with every changed value'],
  ]).action(async (app: string, options: FormatOptions) => showHistory(context, app, options));
}

async function showHistory(context: CliContext, app: string, options: FormatOptions): Promise<void> {
  const { out } = context.terminal;
  const releases = await connect(context).releases(app);
  if (isJson(options)) return writeJson(out, releases);
  const now = Date.now();
  out.write(
    renderTable<ReleaseView>(
      out,
      [
        { title: 'RELEASE', cell: (release) => release.number, align: 'right' },
        { title: '', cell: stateOf },
        { title: 'AGE', cell: (release) => formatAge(now - release.createdAt) },
        { title: 'BY', cell: (release) => release.createdBy },
        { title: 'CHANGES', cell: describeChanges },
      ],
      releases,
    ),
  );
}

function stateOf({ isCurrent, isStable, isPaused }: ReleaseView): string {
  if (isCurrent) return isStable ? 'current' : isPaused ? 'paused' : 'on its way';
  return isStable ? 'serves' : '';
}

/** `web: image, environment.MODE`, or what was restarted. */
function describeChanges({ changes, restarts }: ReleaseView): string {
  if (restarts.length > 0) return `restart of ${restarts.join(', ')}`;
  if (changes === null) return 'not known: the release before it is not kept';
  const texts = changes.services
    .filter(({ change }) => change !== 'keep')
    .map(({ service, change, because }) =>
      because.length > 0
        ? `${service}: ${because.map(({ path }) => path).join(', ')}`
        : `${service} ${change}`,
    );
  return texts.join('; ') || 'nothing';
}
