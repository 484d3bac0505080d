import { Option, type Command } from 'commander';
import type { AdmissionPoliciesView, ExceptionView } from '../calls/admission-calls.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseDuration } from './duration.ts';
import { isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';

export type SettingOptions = FormatOptions & {
  role?: 'user' | 'admin';
  mode?: 'deny' | 'warn' | 'audit' | 'off';
  params?: string;
  app?: string;
  service?: string;
  reason?: string;
  for?: string;
};

/** The options of what administrators change of the admission policies. */
export function addSettingOptions(command: Command): void {
  command
    .addOption(new Option('--role <role>', 'set: whose mode, else both').choices(['user', 'admin']))
    .addOption(
      new Option('--mode <mode>', 'set: how much it counts').choices(['deny', 'warn', 'audit', 'off']),
    )
    .option('--params <json>', 'set: its parameters, as JSON')
    .option('--service <service>', 'exceptions add: for this service only')
    .option('--reason <text>', 'exceptions add: why')
    .option('--for <time>', 'exceptions add: how long; else 30d');
}

type Manage = (
  context: CliContext,
  what: string | undefined,
  words: readonly string[],
  options: SettingOptions,
) => Promise<unknown>;
export const settingActions = ['modes', 'set', 'reset', 'exceptions'] as const;
export type SettingAction = (typeof settingActions)[number];

export function isSettingAction(action: string): action is SettingAction {
  return Object.hasOwn(manageSettings, action);
}

export const manageSettings: Record<SettingAction, Manage> = {
  modes: async (context, _what, _words, options) =>
    show(context, await connect(context).admission.policies(), options),
  set: async (context, what, _words, options) => {
    const { role, mode, params } = options;
    const changed = await connect(context).admission.change(requireWord(what, 'set needs a policy.'), {
      ...(role === undefined ? {} : { role }),
      ...(mode === undefined ? {} : { mode }),
      ...(params === undefined ? {} : { params: parseParams(params) }),
    });
    show(context, changed, options);
  },
  reset: async (context, what, _words, options) => {
    const id = requireWord(what, 'reset needs a policy.');
    show(context, await connect(context).admission.change(id, { isReset: true }), options);
  },
  exceptions: async (context, what = 'ls', [word], options) => {
    const { out } = context.terminal;
    const { admission } = connect(context);
    if (what === 'add') {
      const made = await admission.except(exceptionOf(word, options));
      return isJson(options) ? writeJson(out, made) : out.write(`${escapeLine(made.id)}\n`);
    }
    if (what === 'rm') {
      const id = requireWord(word, 'rm needs the id of an exception.');
      await admission.endException(id);
      return isJson(options) ? writeJson(out, { removed: id }) : out.write(`${escapeLine(id)} is over\n`);
    }
    if (what !== 'ls') throw usageError('exceptions knows add, ls and rm.', 'See: crane policy --help');
    const all = await admission.exceptions();
    if (isJson(options)) return writeJson(out, all);
    out.write(renderTable(out, exceptionColumns(Date.now()), all));
  },
};

function exceptionOf(
  policy: string | undefined,
  { app, service, reason, for: time = '30d' }: SettingOptions,
): Parameters<ReturnType<typeof connect>['admission']['except']>[0] {
  if (policy === undefined || reason === undefined)
    throw usageError(
      'An exception needs a policy and a reason.',
      'Write it as: crane policy exceptions add P06 --app proxy-2 --reason "it routes"',
    );
  return {
    policy,
    reason,
    expiresAt: Date.now() + parseDuration(time, '--for'),
    ...(app === undefined ? {} : { app }),
    ...(service === undefined ? {} : { service }),
  };
}

function exceptionColumns(now: number): { title: string; cell: (exception: ExceptionView) => string }[] {
  return [
    { title: 'ID', cell: ({ id }) => id },
    { title: 'POLICY', cell: ({ policy }) => policy },
    {
      title: 'FOR',
      cell: ({ app, service }) => `${app ?? 'every app'}${service === null ? '' : `/${service}`}`,
    },
    {
      title: 'UNTIL',
      cell: ({ expiresAt }) =>
        `${new Date(expiresAt).toISOString().slice(0, 10)}${expiresAt <= now ? ' (over)' : ''}`,
    },
    { title: 'REASON', cell: ({ reason }) => reason },
  ];
}

function show({ terminal: { out } }: CliContext, view: AdmissionPoliciesView, options: SettingOptions): void {
  if (isJson(options)) return writeJson(out, view);
  type Row = AdmissionPoliciesView['policies'][number];
  const columns = [
    { title: 'POLICY', cell: ({ id }: Row) => id },
    { title: 'ABOUT', cell: ({ title }: Row) => title },
    { title: 'USER', cell: ({ user }: Row) => user },
    { title: 'ADMIN', cell: ({ admin }: Row) => admin },
    {
      title: 'CHANGED',
      cell: ({ isChanged, params }: Row) =>
        isChanged ? (Object.keys(params).length === 0 ? 'yes' : JSON.stringify(params)) : '',
    },
  ];
  out.write(renderTable(out, columns, view.policies));
  out.write(`\nSettings ${view.version}${view.version === 0 ? ' (as shipped)' : ''}\n`);
}

function parseParams(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return Object.fromEntries(Object.entries(parsed));
  } catch {
    // Told below.
  }
  throw usageError('--params is no JSON object.', `Write it as: --params '{"cpus": 2}'`);
}

function requireWord(word: string | undefined, message: string): string {
  if (word === undefined) throw usageError(message, 'See: crane policy modes');
  return word;
}
