import { Argument, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { CliError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson, writeJsonLine } from '../output/terminal.ts';
import type { AuditEntryView } from '../calls/people-calls.ts';

type Options = FormatOptions & { by?: string; subject?: string; limit: string };
const atOnce = 500;

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('[action]', 'what to do').choices(['ls', 'verify', 'export']).default('ls'))
    .option('--by <name>', 'only what this person did')
    .option('--subject <name>', 'only what was done to this app or person')
    .option('--limit <number>', 'ls: how many, the newest first', '50');
  addExamples(addFormat(command), [
    ['crane audit', 'the newest: who did what, from where'],
    ['crane audit --subject shop-1', ''],
    ['crane audit verify', 'exit code 1 when an entry was changed or is missing'],
    ['crane audit export > audit.ndjson', 'all of it, one entry a line, the newest first'],
  ]).action(async (action: string, options: Options) => {
    const api = connect(context);
    if (action === 'verify') await verify(context, api, options);
    else if (action === 'export') await exportAll(context, api, options);
    else await list(context, api, options);
  });
}

async function list({ terminal: { out } }: CliContext, api: Api, options: Options): Promise<void> {
  const limit = parseWhole(options.limit, '--limit', { min: 1, max: atOnce });
  const { items } = await api.people.audit({ ...filterOf(options), limit });
  if (isJson(options)) return writeJson(out, items);
  out.write(
    renderTable<AuditEntryView>(
      out,
      [
        { title: 'AT', cell: (entry) => new Date(entry.at).toISOString() },
        { title: 'WHO', cell: (entry) => entry.actor ?? '–' },
        { title: 'VIA', cell: (entry) => entry.via },
        { title: 'FROM', cell: (entry) => entry.address },
        { title: 'DID', cell: (entry) => entry.action },
        { title: 'TO', cell: (entry) => entry.subject ?? '–' },
        {
          title: 'OUTCOME',
          cell: (entry) => entry.outcome,
          format: (entry) => (entry.outcome === 'refused' ? 'yellow' : null),
        },
      ],
      [...items],
    ),
  );
}

async function verify({ terminal: { out } }: CliContext, api: Api, options: Options): Promise<void> {
  const proof = await api.people.auditProof();
  if (isJson(options)) writeJson(out, proof);
  if (!proof.isIntact)
    throw new CliError({
      code: 'audit.broken',
      detail: `The audit is not whole: ${proof.reason ?? 'unknown'}.`,
      fix: `The first ${proof.entries} entries are. Compare with an export of before.`,
    });
  if (!isJson(options))
    out.write(`${proof.entries} entries, all whole; the newest is ${proof.head ?? ''}.\n`);
}

async function exportAll({ terminal: { out } }: CliContext, api: Api, options: Options): Promise<void> {
  let cursor: string | null = null;
  do {
    const page = await api.people.audit({
      ...filterOf(options),
      limit: atOnce,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const entry of page.items) writeJsonLine(out, entry);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

function filterOf({ by, subject }: Options): { actor?: string; subject?: string } {
  return { ...(by === undefined ? {} : { actor: by }), ...(subject === undefined ? {} : { subject }) };
}
