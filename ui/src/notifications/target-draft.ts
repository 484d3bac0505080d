import { shellWord } from '../words/shell.ts';
import type { NewTarget, Target } from './notification-calls.ts';

export type Kind = Target['settings']['kind'];
export type About = Target['kinds'][number];

/** What a person has written so far; every field is text, as the inputs hold it. */
export type TargetDraft = {
  kind: Kind;
  name: string;
  severity: Target['severity'];
  app: string | null;
  kinds: readonly About[];
  matchers: readonly string[];
  isToldEnd: boolean;
  url: string;
  secret: string;
  host: string;
  port: number;
  tls: 'starttls' | 'tls' | 'none';
  user: string;
  from: string;
  to: readonly string[];
  channel: string;
  project: string;
};

export const emptyDraft: TargetDraft = {
  kind: 'slack',
  name: '',
  severity: 'warning',
  app: null,
  kinds: [],
  matchers: [],
  isToldEnd: true,
  url: '',
  secret: '',
  host: '',
  port: 587,
  tls: 'starttls',
  user: '',
  from: '',
  to: [],
  channel: '',
  project: '',
};

/** Whether every field is filled that a target of this kind needs. */
export function isComplete({ kind, name, url, secret, host, from, to, user, project }: TargetDraft): boolean {
  const needed: Record<Kind, readonly string[]> = {
    slack: [secret],
    teams: [secret],
    webhook: [url],
    smtp: [host, from, to.join('')],
    pagerduty: [secret],
    jira: [url, user, secret, project],
  };
  return [name, ...needed[kind]].every((text) => text.trim() !== '');
}

/** The draft as the API takes it; with `shown` in place of what is secret. */
export function targetOf(draft: TargetDraft, shown?: string): NewTarget {
  const { name, severity, app, kinds, matchers, isToldEnd } = draft;
  return {
    name: name.trim(),
    severity,
    isToldEnd,
    ...(app === null ? {} : { app }),
    ...(kinds.length === 0 ? {} : { kinds: [...kinds] }),
    ...(matchers.length === 0 ? {} : { matchers: [...matchers] }),
    place: placeOf({ ...draft, secret: shown ?? draft.secret }),
  };
}

function placeOf({ kind, url, secret, host, port, tls, user, from, to, channel, project }: TargetDraft) {
  switch (kind) {
    case 'slack':
      return { kind, url: secret, ...(channel === '' ? {} : { channel }) } satisfies NewTarget['place'];
    case 'teams':
      return { kind, url: secret } satisfies NewTarget['place'];
    case 'webhook':
      return { kind, url } satisfies NewTarget['place'];
    case 'smtp':
      return {
        kind,
        host,
        port,
        tls,
        from,
        to: [...to],
        ...(user === '' ? {} : { user, password: secret }),
      } satisfies NewTarget['place'];
    case 'pagerduty':
      return { kind, routingKey: secret, ...(url === '' ? {} : { url }) } satisfies NewTarget['place'];
    case 'jira':
      return { kind, url, user, token: secret, project } satisfies NewTarget['place'];
  }
}

/** The command line that makes the same target; what is secret comes from the standard input. */
export function commandOf(draft: TargetDraft): string {
  const { kind, name, severity, app, kinds, matchers, isToldEnd, url, host, port, tls, user, from, to } =
    draft;
  const option = (flag: string, value: string) => (value === '' ? '' : ` --${flag} ${shellWord(value)}`);
  const mail = [
    option('host', host),
    port === 587 ? '' : ` --port ${port}`,
    tls === 'starttls' ? '' : ` --tls ${tls}`,
    option('from', from),
    ...to.map((one) => option('to', one)),
  ];
  const takesUrl = kind === 'webhook' || kind === 'jira' || kind === 'pagerduty';
  return [
    `crane notify add ${name.trim() === '' ? 'NAME' : shellWord(name.trim())} --kind ${kind}`,
    ...(kind === 'smtp' ? mail : []),
    takesUrl ? option('url', url) : '',
    kind === 'smtp' || kind === 'jira' ? option('user', user) : '',
    kind === 'slack' ? option('channel', draft.channel) : '',
    kind === 'jira' ? option('project', draft.project) : '',
    severity === 'warning' ? '' : ` --severity ${severity}`,
    option('app', app ?? ''),
    ...kinds.map((about) => ` --about ${about}`),
    ...matchers.map((matcher) => option('match', matcher)),
    isToldEnd ? '' : ' --no-end',
    kind === 'webhook' || (kind === 'smtp' && user === '') ? '' : ' --secret -',
  ].join('');
}
