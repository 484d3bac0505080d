import { z } from 'zod';
import { nothingMeasured } from '../decision/trouble-of-hold.ts';
import type { FeedEvent } from '../operation/feed.ts';
import { noticeSeverities, type NoticeChange, type NoticeSeverity } from './notice.ts';

const facts = z.object({
  service: z.string().optional().catch(undefined),
  alert: z.string().optional().catch(undefined),
  fingerprint: z.string().optional().catch(undefined),
  severity: z.string().optional().catch(undefined),
  decision: z.string().optional().catch(undefined),
  verdict: z.string().optional().catch(undefined),
  /** Why a decision held although something was wrong; see bad-hold.ts. */
  trouble: z.string().nullish().catch(undefined),
  part: z.string().optional().catch(undefined),
  imageId: z.string().optional().catch(undefined),
  critical: z.number().optional().catch(undefined),
  high: z.number().optional().catch(undefined),
  webhook: z.string().optional().catch(undefined),
});
type Facts = z.infer<typeof facts>;
type Raise = Extract<NoticeChange, { kind: 'raise' }>['notice'];
type Rule = (event: FeedEvent, facts: Facts) => NoticeChange | null;

/** What people are told of an event of the feed; null for most of them. Pure. */
export function noticeOfEvent(event: FeedEvent): NoticeChange | null {
  const rule = rules[event.kind];
  return rule === undefined ? null : rule(event, facts.parse(event.data));
}

const rules: Partial<Record<FeedEvent['kind'], Rule>> = {
  'alert.firing': (event, { service, alert = 'an alert', fingerprint = '', severity }) =>
    raise(event, {
      key: alertKeyOf(event, fingerprint),
      kind: 'alert',
      severity: severityOf(severity),
      state: 'open',
      service: service ?? null,
      title: `${alert} is firing`,
      labels: { alert },
    }),
  'alert.resolved': (event, { fingerprint = '' }) => ({ kind: 'end', key: alertKeyOf(event, fingerprint) }),
  decision: (event, given) => noticeOfDecision(event, given),
  'heal.done': (event, { service = '' }) => ({ kind: 'end', key: `healing/${event.app}/${service}` }),
  'deployment.failed': (event) =>
    raise(event, {
      key: `deployment/${event.app}`,
      kind: 'deployment',
      severity: 'critical',
      state: 'open',
      service: null,
      title: 'deployment failed',
    }),
  'deployment.done': ({ app }) => ({ kind: 'end', key: `deployment/${app}` }),
  'part.down': (event, { part = 'a part' }) =>
    raise(event, {
      key: `part/${part}`,
      kind: 'part',
      severity: 'critical',
      state: 'open',
      service: null,
      title: `${part} is not well`,
      labels: { part },
    }),
  'part.up': (_event, { part = 'a part' }) => ({ kind: 'end', key: `part/${part}` }),
  'scan.done': (event, given) => noticeOfScan(event, given),
  'control.error': (event) => trouble(event, `control/${event.app ?? ''}`),
  'webhook.disabled': (event, { webhook = '' }) => trouble(event, `webhook/${webhook}`),
  'app.deleted': () => ({ kind: 'end-app' }),
};

function noticeOfDecision(event: FeedEvent, given: Facts): NoticeChange | null {
  const { service = '', verdict, decision = '', trouble: why } = given;
  const of = { service, labels: { verdict: verdict ?? '' } };
  if (verdict === 'back-off')
    return raise(event, {
      ...of,
      key: `healing/${event.app}/${service}`,
      kind: 'healing',
      severity: 'critical',
      state: 'open',
      title: `healing of ${service} gave up for now`,
    });
  if (verdict === 'replace' || verdict === 'restart')
    return raise(event, {
      ...of,
      key: `healed/${decision}`,
      kind: 'healing',
      severity: 'info',
      state: 'once',
      title: `an instance of ${service} is replaced`,
    });
  if (verdict === 'scale-out' || verdict === 'scale-in')
    return raise(event, {
      ...of,
      key: `scaled/${decision}`,
      kind: 'decision',
      severity: 'info',
      state: 'once',
      title: `${service} is scaled ${verdict === 'scale-out' ? 'out' : 'in'}`,
    });
  if (verdict !== 'hold' || why == null) return null;
  return raise(event, {
    ...of,
    key: `held/${event.app}/${service}/${why}`,
    kind: 'decision',
    // Without requests there is nothing to measure, which is no reason to wake anybody.
    severity: why === nothingMeasured ? 'info' : 'warning',
    state: 'once',
    title: `scaling of ${service} is held: ${why}`,
  });
}

function noticeOfScan(event: FeedEvent, { service = '', imageId = '', critical = 0, high = 0 }: Facts) {
  if (critical + high === 0) return null;
  return raise(event, {
    key: `scan/${event.app}/${service}/${imageId}`,
    kind: 'scan',
    severity: critical > 0 ? 'critical' : 'warning',
    state: 'once',
    service,
    title: `the image of ${service} has ${critical} critical and ${high} high finding(s)`,
  });
}

function trouble(event: FeedEvent, key: string): NoticeChange {
  const title = 'something needs a look';
  return raise(event, { key, kind: 'trouble', severity: 'warning', state: 'once', service: null, title });
}

function alertKeyOf({ app }: FeedEvent, fingerprint: string): string {
  return `alert/${app}/${fingerprint}`;
}

/** The labels that every notice has come with it. */
function raise(
  { text, app }: FeedEvent,
  notice: Omit<Raise, 'text' | 'labels'> & { labels?: Record<string, string> },
): NoticeChange {
  const { kind, severity, service, labels = {} } = notice;
  const all = {
    ...labels,
    kind,
    severity,
    ...(app === null ? {} : { app }),
    ...(service === null ? {} : { service }),
  };
  return { kind: 'raise', notice: { ...notice, text, labels: all } };
}

/** Foreign words for severities are read as what they mean; an unknown one is a warning. */
export function severityOf(text: string | undefined): NoticeSeverity {
  const known = noticeSeverities.find((severity) => severity === text?.toLowerCase());
  if (known !== undefined) return known;
  return /^(crit|error|err|high|page|fatal|emerg|p1|disaster)/i.test(text ?? '')
    ? 'critical'
    : /^(info|low|debug|notice|p[45])/i.test(text ?? '')
      ? 'info'
      : 'warning';
}
