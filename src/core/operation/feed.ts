/** Kinds of the activity feed: what the demo's timeline, `crane events` and the UI show. */
export const feedKinds = [
  'part.up',
  'part.down',
  'app.created',
  'app.renamed',
  'app.transferred',
  'app.deleted',
  'app.stopped',
  'app.started',
  'app.restarted',
  'app.scaled',
  'app.steered',
  'deployment.started',
  'deployment.paused',
  'deployment.resumed',
  'deployment.done',
  'deployment.failed',
  'image.resolved',
  'scan.done',
  'instance.created',
  'instance.ready',
  'instance.unrouted',
  'instance.gone',
  'instance.failed',
  'instance.external',
  'instance.exec',
  'route.published',
  'alert.firing',
  'alert.resolved',
  'alert.ignored',
  'silence.created',
  'silence.ended',
  'policy.changed',
  'policy.failed',
  'policy.recovered',
  'decision',
  'heal.done',
  'hook.created',
  'hook.called',
  'hook.removed',
  'webhook.disabled',
  'load.started',
  'load.ended',
  'chaos.started',
  'chaos.ended',
  'admission.denied',
  'admission.drift',
  'admission.changed',
  'secret.changed',
  'control.error',
] as const;
export type FeedKind = (typeof feedKinds)[number];

export type FeedEvent = {
  /** Grows by one; the id of the server-sent event. */
  seq: number;
  at: number;
  kind: FeedKind;
  appId: number | null;
  app: string | null;
  text: string;
  data: Readonly<Record<string, unknown>>;
};
