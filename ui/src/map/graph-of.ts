import type { App, Instance, Status } from '../client/api.ts';
import { t, type PlainSentence } from '../words/t.ts';

/** What a node is, in words. */
export const kindWords = {
  outside: 'outside',
  router: 'router',
  service: 'service',
  instance: 'instance',
  network: 'network',
  volume: 'volume',
} as const satisfies Record<string, PlainSentence>;

export type MapNode = {
  id: string;
  kind: keyof typeof kindWords;
  label: string;
  detail: string;
  /** Word of the state; null where there is none. */
  state: string | null;
  /** To the page of it; null where there is none. */
  app: string | null;
  column: number;
  row: number;
};
export type MapEdge = { id: string; from: string; to: string; perSecond: number | null };
export type MapGraph = { nodes: MapNode[]; edges: MapEdge[] };

export type AppFacts = {
  app: App;
  instances: readonly Instance[];
  /** Requests per second by service, as measured last; not there when nothing was. */
  perSecond: ReadonlyMap<string, number>;
};

/** What talks to what, from left to right: outside, router, services, instances, and what services share. Rows count from the top. */
export function graphOf(facts: readonly AppFacts[], status: Status | undefined): MapGraph {
  const nodes: MapNode[] = [];
  const edges: MapEdge[] = [];
  let row = 0;
  for (const { app, instances, perSecond } of facts) {
    const firstRow = row;
    for (const service of app.services) {
      const own = instances.filter((instance) => instance.service === service.name);
      const id = `${app.uniqueName}/${service.name}`;
      const flow = service.url === null ? null : (perSecond.get(service.name) ?? 0);
      nodes.push({
        id,
        kind: 'service',
        label: id,
        detail: t('{ready} of {replicas} ready', { ready: service.ready, replicas: service.replicas }),
        state: app.state,
        app: app.uniqueName,
        column: 2,
        row: row + Math.max(0, own.length - 1) / 2,
      });
      if (service.url !== null) edges.push({ id: `router>${id}`, from: 'router', to: id, perSecond: flow });
      own.forEach((instance, index) => {
        const name = `${app.uniqueName}/${instance.instance}`;
        nodes.push({
          id: name,
          kind: 'instance',
          label: instance.instance,
          detail: t('release {number}', { number: instance.release }),
          state: instance.health === 'none' ? instance.state : instance.health,
          app: app.uniqueName,
          column: 3,
          row: row + index,
        });
        const share = flow !== null && instance.isRouted ? flow / Math.max(1, service.ready) : null;
        edges.push({ id: `${id}>${name}`, from: id, to: name, perSecond: share });
      });
      row += Math.max(1, own.length);
    }
    const shared = sharedOf(app, firstRow);
    nodes.push(...shared.nodes);
    edges.push(...shared.edges);
    row = Math.max(row, firstRow + shared.nodes.length);
  }
  const middle = Math.max(0, row - 1) / 2;
  const router = status?.parts.find(({ name }) => name === 'traefik');
  const head: MapNode[] = [
    {
      id: 'outside',
      kind: 'outside',
      label: t('you'),
      detail: '',
      state: null,
      app: null,
      column: 0,
      row: middle,
    },
    {
      id: 'router',
      kind: 'router',
      label: t('router'),
      detail: 'Traefik',
      state: router?.state ?? null,
      app: null,
      column: 1,
      row: middle,
    },
  ];
  const routed = edges.filter(({ from }) => from === 'router');
  const whole = routed.length === 0 ? null : routed.reduce((sum, { perSecond }) => sum + (perSecond ?? 0), 0);
  return {
    nodes: [...head, ...nodes],
    edges: [{ id: 'outside>router', from: 'outside', to: 'router', perSecond: whole }, ...edges],
  };
}

/** The networks and volumes of an app, each with lines from the services that use it. */
function sharedOf({ uniqueName, services }: App, firstRow: number): MapGraph {
  const uses = services.flatMap(({ name: service, networks, volumes }) => [
    ...networks.map((name) => ({ kind: 'network' as const, name, service })),
    ...volumes.map((name) => ({ kind: 'volume' as const, name, service })),
  ]);
  const idOf = ({ kind, name }: (typeof uses)[number]): string => `${uniqueName}/${kind}/${name}`;
  const usersOf = (id: string): string =>
    t('used by {services}', {
      services: uses
        .filter((use) => idOf(use) === id)
        .map(({ service }) => service)
        .join(', '),
    });
  const things = [...new Map(uses.map((use) => [idOf(use), use])).entries()];
  return {
    nodes: things.map(([id, { kind, name }], index) => ({
      id,
      kind,
      label: `${uniqueName}/${name}`,
      detail: usersOf(id),
      state: null,
      app: uniqueName,
      column: 4,
      row: firstRow + index,
    })),
    edges: uses.map((use) => {
      const from = `${uniqueName}/${use.service}`;
      return { id: `${from}>${idOf(use)}`, from, to: idOf(use), perSecond: null };
    }),
  };
}
