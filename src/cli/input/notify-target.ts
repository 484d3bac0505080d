import { Option } from 'commander';
import { usageError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { parseDuration, parseSomeDuration, parseWhole } from './duration.ts';
import type { NewTarget } from '../calls/notify-calls.ts';
import { append } from '../options.ts';

export type TargetOptions = {
  kind?: 'smtp' | 'slack' | 'webhook' | 'teams' | 'pagerduty' | 'jira';
  url?: string;
  secret?: string;
  host?: string;
  port?: string;
  tls?: 'starttls' | 'tls' | 'none';
  user?: string;
  from?: string;
  to?: string[];
  channel?: string;
  project?: string;
  issueType?: string;
  app?: string;
  about?: string[];
  severity?: 'info' | 'warning' | 'critical';
  match?: string[];
  end: boolean;
  group?: string[];
  wait?: string;
  interval?: string;
  repeat?: string;
};

/** What a target to be added is made from. */
export function targetOptions(): Option[] {
  const many = (flags: string, text: string): Option => new Option(flags, text).argParser(append);
  return [
    new Option('--kind <kind>', 'add: what it is').choices([
      'smtp',
      'slack',
      'webhook',
      'teams',
      'pagerduty',
      'jira',
    ]),
    new Option(
      '--secret <text>',
      "add: password, routing key or token; of slack and teams the webhook's address; - reads it from stdin",
    ),
    new Option('--url <url>', 'add: address of a webhook or of Jira'),
    new Option('--host <name>', 'add, smtp: the mail server'),
    new Option('--port <number>', 'add, smtp: its port (587)'),
    new Option('--tls <mode>', 'add, smtp: how the connection is protected (starttls)').choices([
      'starttls',
      'tls',
      'none',
    ]),
    new Option('--user <name>', 'add, smtp and jira: who logs in'),
    new Option('--from <address>', 'add, smtp: the sender'),
    many('--to <address>', 'add, smtp: a recipient; may be given several times'),
    new Option('--channel <name>', 'add, slack: another channel than the one of the webhook'),
    new Option('--project <key>', 'add, jira'),
    new Option('--issue-type <name>', 'add, jira: Task, Bug …'),
    new Option('--app <app>', 'add: only about this app'),
    many(
      '--about <kind>',
      'add: only alert, decision, healing, deployment, part, scan or trouble; may be given several times',
    ),
    new Option('--severity <level>', 'add: the least that is told (warning)').choices([
      'info',
      'warning',
      'critical',
    ]),
    many(
      '--match <condition>',
      'add: on a label, as service=web or alert!=slow*; may be given several times',
    ),
    new Option('--no-end', 'add: do not tell that it is over'),
    many('--group <label>', 'add: what makes a group: app, service, kind, alert, severity (app and kind)'),
    new Option('--wait <duration>', 'add: how long more of a group is waited for (5s)'),
    new Option('--interval <duration>', 'add: between two messages of a group (1m)'),
    new Option('--repeat <duration>', 'add: when what goes on is told again (4h)'),
  ];
}

export async function readTarget(
  context: CliContext,
  name: string,
  options: TargetOptions,
): Promise<NewTarget> {
  const secret = options.secret === '-' ? await readSecret(context) : options.secret;
  const { app, about, severity, match, group, wait, interval, repeat } = options;
  const lists = (values: string[] | undefined): string[] | undefined =>
    values?.flatMap((value) => value.split(',')).filter((value) => value !== '');
  return {
    name,
    place: readPlace(options, secret),
    isToldEnd: options.end,
    ...(app === undefined ? {} : { app }),
    ...(about === undefined ? {} : { kinds: chosen(lists(about) ?? [], kinds, '--about') }),
    ...(severity === undefined ? {} : { severity }),
    ...(match === undefined ? {} : { matchers: match }),
    ...(group === undefined ? {} : { groupBy: chosen(lists(group) ?? [], groups, '--group') }),
    ...(wait === undefined ? {} : { groupWaitMs: parseDuration(wait, '--wait') }),
    ...(interval === undefined ? {} : { groupIntervalMs: parseDuration(interval, '--interval') }),
    ...(repeat === undefined ? {} : { repeatMs: parseSomeDuration(repeat, '--repeat') }),
  };
}

const kinds = ['alert', 'decision', 'healing', 'deployment', 'part', 'scan', 'trouble'] as const;
const groups = ['app', 'service', 'kind', 'alert', 'severity'] as const;

function chosen<T extends string>(words: readonly string[], known: readonly T[], option: string): T[] {
  return words.map((word) => {
    const found = known.find((item) => item === word);
    if (found !== undefined) return found;
    throw usageError(
      `${option} is none of these: ${JSON.stringify(word.slice(0, 40))}`,
      `Choose from ${known.join(', ')}.`,
    );
  });
}

function readPlace(options: TargetOptions, secret: string | undefined): NewTarget['place'] {
  const { kind } = options;
  if (kind === undefined)
    throw usageError('What is to be told?', 'Add --kind smtp, slack, webhook, teams, pagerduty or jira.');
  const need = (value: string | undefined, option: string): string => {
    if (value !== undefined && value !== '') return value;
    throw usageError(`A target of kind ${kind} needs ${option}.`, 'See the examples: crane notify --help');
  };
  const { url, user, channel, project, issueType } = options;
  if (kind === 'smtp') return readMail(options, secret, need);
  if (kind === 'slack')
    return {
      kind,
      url: need(secret ?? url, "--secret, the webhook's address"),
      ...(channel === undefined ? {} : { channel }),
    };
  if (kind === 'teams') return { kind, url: need(secret ?? url, "--secret, the workflow's address") };
  if (kind === 'webhook') return { kind, url: need(url, '--url') };
  if (kind === 'pagerduty')
    return {
      kind,
      routingKey: need(secret, '--secret, the routing key'),
      ...(url === undefined ? {} : { url }),
    };
  return {
    kind,
    url: need(url, '--url'),
    user: need(user, '--user'),
    token: need(secret, '--secret, the API token'),
    project: need(project, '--project'),
    ...(issueType === undefined ? {} : { issueType }),
  };
}

function readMail(
  { host, port, tls, user, from, to }: TargetOptions,
  password: string | undefined,
  need: (value: string | undefined, option: string) => string,
): NewTarget['place'] {
  return {
    kind: 'smtp',
    host: need(host, '--host'),
    from: need(from, '--from'),
    to: [need(to?.[0], '--to'), ...(to?.slice(1) ?? [])],
    ...(port === undefined ? {} : { port: parseWhole(port, '--port', { min: 1, max: 65_535 }) }),
    ...(tls === undefined ? {} : { tls }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

/** One line of stdin. */
async function readSecret({ raw, signal }: CliContext): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of raw.read(signal)) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8').trim();
  if (text !== '') return text;
  throw usageError('stdin holds no secret.', 'Pipe it in: crane notify add … --secret - < file');
}
