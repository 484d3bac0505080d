import { Argument, Option, type Command } from 'commander';
import type { AdmissionRecordView } from '../calls/admission-calls.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addDeployOptions, findExisting, readRequest, type DeployOptions } from '../input/deploy-request.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { renderViolations } from '../output/render-violations.ts';
import { writeJson } from '../output/terminal.ts';
import { formatClock } from '../output/units.ts';

type Options = FormatOptions & DeployOptions & { role?: 'user' | 'admin' };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['check', 'history']))
    .argument('[app]', 'history: an app')
    .addOption(new Option('--role <role>', 'check: as whom, else as yourself').choices(['user', 'admin']));
  addExamples(addFormat(addDeployOptions(command, { hasPull: false })), [
    ['crane admission check -f compose.yaml', 'what the policies say, before anything is deployed'],
    ['crane admission check -f compose.yaml --role user', 'what they would say to a user'],
    ['crane admission history shop-1', 'what they found of an app, refusals too'],
  ]).action(async (action: string, app: string | undefined, options: Options) => {
    if (action === 'check') await check(context, options);
    else await history(context, app, options);
  });
}

async function check(context: CliContext, options: Options): Promise<void> {
  const request = await readRequest(context, options);
  const api = connect(context);
  const existing = await findExisting(api, options.app, request.name);
  const { files, support, environment, profiles, directory, name } = request;
  const report = await api.admission.check({
    files,
    ...(support === undefined ? {} : { support }),
    ...(environment === undefined ? {} : { environment }),
    ...(profiles === undefined ? {} : { profiles }),
    ...(directory === undefined ? {} : { directory }),
    ...(existing === null ? (name === undefined ? {} : { name }) : { app: existing }),
    ...(options.role === undefined ? {} : { role: options.role }),
  });
  if (!report.isAllowed) context.setExitCode(3);
  const { out } = context.terminal;
  if (isJson(options)) return writeJson(out, report);
  out.write(renderViolations(out, report));
  out.write(
    `${report.isAllowed ? 'Allowed' : 'Not allowed'} (policies ${report.policyRevision}, settings ${report.settingsVersion})\n`,
  );
}

async function history(context: CliContext, app: string | undefined, options: Options): Promise<void> {
  if (app === undefined) throw usageError('Whose history?', 'Write it as: crane admission history shop-1');
  const records = await connect(context).admission.records(app);
  const { out } = context.terminal;
  if (isJson(options)) return writeJson(out, records);
  out.write(
    renderTable<AdmissionRecordView>(
      out,
      [
        { title: 'WHEN', cell: ({ at }) => formatClock(at) },
        { title: 'ACTION', cell: ({ action }) => action },
        { title: 'VERDICT', cell: ({ isAllowed }) => (isAllowed ? 'allowed' : 'denied') },
        {
          title: 'FOUND',
          cell: ({ violations }) =>
            [...new Set(violations.map(({ policy, mode }) => `${policy} ${mode}`))].join(', '),
        },
      ],
      records,
    ),
  );
}
