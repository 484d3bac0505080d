import { CraneError } from '../../core/error/crane-error.ts';
import type { NewsItem } from '../../core/notice/render-message.ts';
import type { Relay, RelayedTarget, SendResult } from '../../core/port/send-message.ts';
import { describeFailure } from '../prometheus/ask-prometheus.ts';
import { createRuleFile } from '../prometheus/rule-file.ts';
import { renderAlertmanagerConfig } from './render-config.ts';
import { relayLabels } from './render-receivers.ts';

export type AlertmanagerRelayOptions = {
  /** The folder on this machine that holds `alertmanager.yml`. */
  directory: string;
  url: string;
  /** Crane's webhook on its internal listener, which stays what it was. */
  webhookUrl: string;
  /** Bound of one request. Default 10,000. */
  timeoutMs?: number;
};

/** A condition that is told again every few minutes is over for Alertmanager when it was not for a day. */
const openForMs = 86_400_000;
const onceForMs = 60_000;

/**
 * Receivers in Alertmanager's own configuration, and notices handed to it as alerts. What lies in the file is always what
 * Alertmanager accepted: on a refusal, or when it cannot be reached, the old file comes back.
 */
export function createAlertmanagerRelay(options: AlertmanagerRelayOptions): Relay {
  const file = createRuleFile(options.directory, 'alertmanager.yml');
  let isLoaded = false;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    sync(targets, signal) {
      const run = turn.then(async () => {
        const text = renderAlertmanagerConfig({ webhookUrl: options.webhookUrl, targets });
        const before = await file.read();
        if (before === text && isLoaded) return;
        if (before !== text) await file.write(text);
        const refusal = await reload(options, signal);
        if (refusal !== null) {
          if (before !== null && before !== text) await file.write(before);
          throw toError(refusal, targets);
        }
        isLoaded = true;
      });
      turn = run.catch(() => undefined);
      return run;
    },
    post: async (request, signal) => post(options, request, signal),
  };
}

type Refusal = { kind: 'unreachable' | 'refused'; reason: string };

async function reload(
  options: AlertmanagerRelayOptions,
  signal: AbortSignal | undefined,
): Promise<Refusal | null> {
  try {
    const { status, text } = await ask(options, { path: '/-/reload', body: null }, signal);
    if (status === 200) return null;
    return status === 500
      ? { kind: 'refused', reason: text.replaceAll(/\s+/g, ' ').trim().slice(0, 500) }
      : { kind: 'unreachable', reason: `it answered ${status}` };
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'unreachable', reason: describeFailure(error, options.timeoutMs ?? 10_000) };
  }
}

/** Its words may repeat what it was given: no secret goes on. */
function toError({ kind, reason }: Refusal, targets: readonly RelayedTarget[]): CraneError {
  const clean = targets.reduce(
    (words, { secret }) => (secret === '' ? words : words.replaceAll(secret, '…')),
    reason,
  );
  return kind === 'refused'
    ? new CraneError('input.invalid', {
        message: `Alertmanager refused the receivers: ${clean}.`,
        fix: 'Nothing was changed; mend the setting it names.',
      })
    : new CraneError('part.unavailable', {
        message: `Alertmanager did not load the receivers: ${clean}.`,
        fix: 'Look at `crane status`, then try again.',
      });
}

async function post(
  options: AlertmanagerRelayOptions,
  { targetId, items, now }: Parameters<Relay['post']>[0],
  signal: AbortSignal | undefined,
): Promise<SendResult> {
  const began = performance.now();
  const ended = (error: string | null): SendResult => ({
    error,
    isFinal: false,
    tookMs: Math.round(performance.now() - began),
  });
  try {
    const body = JSON.stringify(items.map((item) => toAlert(targetId, item, now)));
    const { status } = await ask(options, { path: '/api/v2/alerts', body }, signal);
    return ended(status === 200 ? null : `Alertmanager answered ${status}`);
  } catch (error) {
    return ended(`Alertmanager: ${describeFailure(error, options.timeoutMs ?? 10_000)}`);
  }
}

function toAlert(targetId: string, { notice, news }: NewsItem, now: number): object {
  const isOnce = notice.state === 'once';
  const until = news === 'over' ? Math.max(now, notice.at + 1) : now + (isOnce ? onceForMs : openForMs);
  const { app, service, kind, severity } = notice;
  return {
    labels: {
      alertname: notice.labels['alert'] ?? notice.kind,
      app: app ?? 'platform',
      kind,
      severity,
      ...(service === null ? {} : { service }),
      [relayLabels.target]: targetId,
      // A trial is another one each time.
      [relayLabels.notice]: notice.id === 0 ? notice.key : String(notice.id),
      ...(isOnce ? { [relayLabels.once]: 'true' } : {}),
    },
    annotations: { title: notice.title, text: notice.text.slice(0, 2_000) },
    startsAt: new Date(notice.at).toISOString(),
    endsAt: new Date(until).toISOString(),
  };
}

async function ask(
  { url, timeoutMs = 10_000 }: AlertmanagerRelayOptions,
  { path, body }: { path: string; body: string | null },
  signal: AbortSignal | undefined,
): Promise<{ status: number; text: string }> {
  const limit = AbortSignal.timeout(timeoutMs);
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    redirect: 'error',
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    ...(body === null ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, text: (await response.text()).slice(0, 10_000) };
}
