import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { ScanDatabaseView, ScanView, WaiverView } from '../calls/admission-calls.ts';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseDuration } from '../input/duration.ts';
import { addExamples } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';

type Format = 'table' | 'json' | 'sarif' | 'cyclonedx';
type Options = {
  format?: Format;
  json?: boolean;
  app?: string;
  package?: string;
  reason?: string;
  for: string;
};
type Act = (context: CliContext, api: Api, words: string[], options: Options) => Promise<void>;

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app | waive | waivers | unwaive | db>', 'an app, or what to do')
    .argument('[words...]', 'waive: a vulnerability; unwaive: an id; db: status, or import and a file')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['table', 'json', 'sarif', 'cyclonedx']),
    )
    .option('--json', 'the same as --format json')
    .option('--app <app>', 'waive: for this app only')
    .option('--package <package>', 'waive: in this package only')
    .option('--reason <text>', 'waive: why')
    .option('--for <time>', 'waive: how long', '30d');
  addExamples(command, [
    ['crane scan shop-1', 'what was found in the images that run'],
    ['crane scan shop-1 --format sarif', 'for other tools'],
    ['crane scan waive CVE-2026-1234 --app shop-1 --reason "not reachable" --for 14d', 'for admins'],
    ['crane scan waivers', ''],
    ['crane scan db import ./trivy-db.tar.gz', 'a vulnerability database without the internet'],
    ['crane scan db status', 'how old it is'],
  ]).action(async (what: string, words: string[], options: Options) => {
    const act = actions[what];
    if (act === undefined) return show(context, connect(context), what, options);
    return act(context, connect(context), words, options);
  });
}

const json = (options: Options): boolean => options.json === true || options.format === 'json';

const actions: Partial<Record<string, Act>> = {
  waive: async ({ terminal: { out } }, api, [finding], options) => {
    if (finding === undefined || options.reason === undefined)
      throw usageError(
        'A waiver needs a vulnerability and a reason.',
        'Write it as: crane scan waive CVE-2026-1234 --reason "…"',
      );
    const waiver = await api.admission.waive({
      finding,
      reason: options.reason,
      expiresAt: Date.now() + parseDuration(options.for, '--for'),
      ...(options.app === undefined ? {} : { app: options.app }),
      ...(options.package === undefined ? {} : { package: options.package }),
    });
    if (json(options)) return writeJson(out, waiver);
    const until = new Date(waiver.expiresAt).toISOString().slice(0, 16).replace('T', ' ');
    out.write(`${escapeLine(waiver.finding)} is waived until ${until} (${escapeLine(waiver.id)})\n`);
  },
  waivers: async ({ terminal: { out } }, api, _words, options) => {
    const waivers = await api.admission.waivers();
    if (json(options)) return writeJson(out, waivers);
    const now = Date.now();
    const columns = [
      { title: 'ID', cell: ({ id }: WaiverView) => id },
      { title: 'VULNERABILITY', cell: ({ finding }: WaiverView) => finding },
      { title: 'APP', cell: ({ app }: WaiverView) => app ?? 'every' },
      {
        title: 'UNTIL',
        cell: ({ expiresAt }: WaiverView) =>
          `${new Date(expiresAt).toISOString().slice(0, 10)}${expiresAt <= now ? ' (over)' : ''}`,
      },
      { title: 'REASON', cell: ({ reason }: WaiverView) => reason },
    ];
    out.write(renderTable(out, columns, waivers));
  },
  unwaive: async ({ terminal: { out } }, api, [id], options) => {
    if (id === undefined) throw usageError('Which waiver is to end?', 'crane scan waivers lists them.');
    await api.admission.endWaiver(id);
    if (json(options)) writeJson(out, { removed: id });
    else out.write(`${escapeLine(id)} is over\n`);
  },
  db: async (context, api, [action = 'status', path], options) => {
    if (action === 'status') return showDatabase(context, await api.admission.database(), options);
    if (action !== 'import' || path === undefined)
      throw usageError(
        'db knows status and import FILE.',
        'Write it as: crane scan db import ./trivy-db.tar.gz',
      );
    showDatabase(context, await api.admission.importDatabase(resolve(path)), options);
  },
};

function showDatabase({ terminal: { out } }: CliContext, database: ScanDatabaseView, options: Options): void {
  if (json(options)) return writeJson(out, database);
  if (database.updatedAt === null) {
    out.write('There is no vulnerability database: images are listed, and nothing is looked up.\n');
    return;
  }
  const made = new Date(database.updatedAt).toISOString().slice(0, 16).replace('T', ' ');
  out.write(`Made ${made}, ${database.ageHours} h ago${database.isStale ? ': too old to rely on' : ''}\n`);
}

const order = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

async function show(
  { terminal: { out } }: CliContext,
  api: Api,
  app: string,
  options: Options,
): Promise<void> {
  const { format } = options;
  if (format === 'sarif' || format === 'cyclonedx')
    return writeJson(out, await api.admission.exportScans(app, format));
  const scans = await api.admission.scans(app);
  if (json(options)) return writeJson(out, scans);
  for (const scan of scans) {
    out.write(
      `${out.paint('bold', escapeLine(scan.service))}  ${escapeLine(scan.image)}  ${summaryOf(scan)}\n`,
    );
    const columns = [
      { title: '  VULNERABILITY', cell: ({ id }: ScanView['findings'][number]) => `  ${id}` },
      { title: 'SEVERITY', cell: ({ severity }: ScanView['findings'][number]) => severity },
      {
        title: 'PACKAGE',
        cell: (found: ScanView['findings'][number]) => `${found.package} ${found.installed}`,
      },
      { title: 'UPDATE TO', cell: ({ fixed }: ScanView['findings'][number]) => fixed ?? 'no fix yet' },
    ];
    if (scan.findings.length > 0) out.write(renderTable(out, columns, [...scan.findings]));
    showInside(out, scan);
  }
}

type Secret = NonNullable<ScanView['secrets']>[number];
type Misconfiguration = NonNullable<ScanView['misconfigurations']>[number];

/** Apart from vulnerabilities: no update mends these. */
function showInside(out: CliContext['terminal']['out'], scan: ScanView): void {
  const secrets = [
    { title: '  SECRET IN THE IMAGE', cell: ({ title }: Secret) => `  ${title}` },
    { title: 'SEVERITY', cell: ({ severity }: Secret) => severity },
    { title: 'WHERE', cell: ({ file, line }: Secret) => `${file ?? 'its configuration'}:${line}` },
  ];
  const advice = [
    { title: '  ADVICE', cell: ({ id, title }: Misconfiguration) => `  ${id} ${title}` },
    { title: 'SEVERITY', cell: ({ severity }: Misconfiguration) => severity },
    { title: 'WHAT TO DO', cell: ({ fix }: Misconfiguration) => fix },
  ];
  if (scan.secrets !== null && scan.secrets.length > 0)
    out.write(renderTable(out, secrets, [...scan.secrets]));
  if (scan.misconfigurations !== null && scan.misconfigurations.length > 0)
    out.write(renderTable(out, advice, [...scan.misconfigurations]));
}

/** Never better than what is known. */
function summaryOf({ state, findings, reason }: ScanView): string {
  if (findings.length === 0) return `${state}${reason === null ? '' : `: ${escapeLine(reason)}`}`;
  const counts = order.flatMap((severity) => {
    const count = findings.filter((found) => found.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `${state === 'stale' ? `stale (${reason ?? ''}), ` : ''}${counts.join(', ')}`;
}
