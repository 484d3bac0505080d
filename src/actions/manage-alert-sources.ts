import type { Alert } from '../core/alert/alert.ts';
import type { AlertMapping, AlertSource } from '../core/alert/alert-source.ts';
import { parseForeign } from '../core/alert/parse-foreign.ts';
import type { RejectedAlert } from '../core/alert/parse-webhook.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';

const mostSources = 20;
export type AlertSourceView = Omit<AlertSource, 'userId'> & { path: string };
export type ForeignResult = { accepted: number; duplicates: number; rejected: readonly RejectedAlert[] };

/** `secret` is given this once. */
export function addAlertSource(
  deps: ActionDeps,
  actor: Actor,
  input: { name: string; format: AlertSource['format']; mapping?: AlertMapping | undefined },
): { source: AlertSourceView; secret: string } {
  const mapping = requireMapping(input.format, input.mapping);
  const { secret } = deps.newSecret();
  const whole = `crane_alerts_${secret}`;
  const source = deps.store.transaction(() => {
    const own = deps.store.alertSources.list(actor.user.id);
    if (own.length >= mostSources || own.some(({ name }) => name === input.name))
      throw new CraneError('app.conflict', {
        message:
          own.length >= mostSources
            ? `You have ${mostSources} alert sources.`
            : `You have an alert source ${input.name} already.`,
        fix: 'Remove one first: crane alerts sources rm NAME',
      });
    return deps.store.alertSources.create({
      id: deps.newId('source'),
      name: input.name,
      userId: actor.user.id,
      format: input.format,
      mapping,
      createdAt: deps.clock.now(),
      hash: deps.hashSecret(whole),
    });
  });
  return { source: viewOf(source), secret: whole };
}

export function listAlertSources(deps: Pick<ActionDeps, 'store'>, actor: Actor): AlertSourceView[] {
  return deps.store.alertSources.list(actor.user.id).map(viewOf);
}

/** Its alerts are refused from now on. */
export function removeAlertSource(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { source: string },
): void {
  const { id } = findSource(deps, actor, input.source);
  deps.store.alertSources.remove(actor.user.id, id);
}

/** What a payload would be read as; nothing is stored. */
export function previewAlerts(
  deps: ActionDeps,
  actor: Actor,
  input: { source: string; payload: unknown },
): { alerts: readonly (Alert & { note: string | null })[]; rejected: readonly RejectedAlert[] } {
  const source = findSource(deps, actor, input.source);
  const { alerts, rejected } = parseForeign(source, input.payload, deps.clock.now());
  return { alerts: alerts.map((alert) => ({ ...alert, note: foreignReason(deps, actor, alert) })), rejected };
}

/** The source of this id and whom it acts for; null when there is none, or that person may not act any more. */
export function findCallingSource(
  { store }: Pick<ActionDeps, 'store'>,
  id: string,
): { source: AlertSource & { hash: string }; actor: Actor } | null {
  const source = store.alertSources.find(id);
  const user = source === null ? null : store.users.find(source.userId);
  return source === null || user === null || user.isDisabled ? null : { source, actor: { user } };
}

/** Stored before it is answered, each occurrence and status once; what is not the person's is recorded and has no effect. */
export function receiveForeign(
  deps: ActionDeps,
  actor: Actor,
  source: AlertSource,
  payload: unknown,
): ForeignResult {
  const at = deps.clock.now();
  const { alerts, rejected } = parseForeign(source, payload, at);
  const stored = deps.store.transaction(() => {
    deps.store.alertSources.markUsed(source.id, at);
    return alerts.map((alert) => {
      const item = deps.store.alerts.receive(alert, at);
      const reason = item.isNew ? foreignReason(deps, actor, alert) : null;
      if (reason !== null) deps.store.alerts.setOutcome(item.id, { kind: 'ignored', reason });
      return item;
    });
  });
  const accepted = stored.filter(({ isNew }) => isNew).length;
  if (accepted > 0) deps.wakeAlerts();
  return { accepted, duplicates: stored.length - accepted, rejected };
}

function foreignReason({ store }: Pick<ActionDeps, 'store'>, actor: Actor, { labels }: Alert): string | null {
  const { app, service } = labels;
  if (app === undefined || service === undefined) return 'no app and service labels';
  return store.apps.find(scopeOf(actor), app) === null ? `unknown app ${app.slice(0, 80)}` : null;
}

function requireMapping(
  format: AlertSource['format'],
  mapping: AlertMapping | undefined,
): AlertMapping | null {
  if ((format === 'generic') === (mapping !== undefined)) return mapping ?? null;
  const message =
    format === 'generic' ? 'is needed for the format generic' : `is not for the format ${format}`;
  throw new CraneError('input.invalid', {
    message: `The mapping ${message}.`,
    fix: 'See docs/notifications.md for an example.',
    errors: [{ pointer: '/mapping', message }],
  });
}

function findSource({ store }: Pick<ActionDeps, 'store'>, actor: Actor, ref: string): AlertSource {
  const found = store.alertSources.list(actor.user.id).find(({ id, name }) => id === ref || name === ref);
  if (found !== undefined) return found;
  throw new CraneError('source.not_found', {
    message: `You have no alert source ${JSON.stringify(ref.slice(0, 80))}.`,
    fix: 'List them with: crane alerts sources',
  });
}

function viewOf({ userId: _userId, ...source }: AlertSource): AlertSourceView {
  return { ...source, path: `/api/v1/alerts/${source.id}` };
}
