import type { ComposeProject } from '../compose/compose-project.ts';
import type { ErrorCode } from '../error/error-codes.ts';
import { objectConflicts } from '../service/object-conflicts.ts';
import { publicRoutes } from './desire-routes.ts';
import { publishedPorts, portsClash } from './published-ports.ts';

/** An app, by its names, and the model that it is, or is to be, deployed from. `label` is how it is called in a message to the other. */
export type Claimant = { app: string; engineName: string; label: string; project: ComposeProject };

/** Two want the same. `path` leads to the place in the own model. */
export type Conflict = {
  code: Extract<ErrorCode, 'route.conflict' | 'port.taken' | 'app.conflict'>;
  path: readonly string[];
  message: string;
  fix: string;
};

type Question = {
  own: Claimant;
  others: readonly Claimant[];
  /** Ports of this machine that Crane itself listens on, and what for. */
  reserved: ReadonlyMap<number, string>;
  /** What the names begin with that Crane gives in the engine. */
  prefix: string;
};

/**
 * What of an app cannot be had because somebody else has it: a host with the same path, a published port, the name of a network or a
 * volume. Found before anything starts; within the app too. Two paths of one host may belong to two apps: the longer one wins.
 */
export function findConflicts(question: Question): Conflict[] {
  return [...routeConflicts(question), ...portConflicts(question), ...nameConflicts(question)];
}

function nameConflicts(question: Question): Conflict[] {
  const fix = 'Remove the name, and it gets one of its own.';
  return objectConflicts(question).map((found) => ({ code: 'app.conflict', ...found, fix }));
}

type RouteClaim = { owner: string; host: string; path: string; place: readonly string[] };

function routeClaims({ app, project }: Claimant, owner: string): RouteClaim[] {
  const seen = new Map<string, number>();
  return publicRoutes(app, project).flatMap(({ service, hosts, path }) => {
    const index = seen.get(service) ?? 0;
    seen.set(service, index + 1);
    const place = ['services', service, 'x-crane', 'route', String(index)];
    return hosts.map((host) => ({ owner, host, path: path.replace(/\/+$/, ''), place }));
  });
}

function routeConflicts({ own, others }: Question): Conflict[] {
  const taken = new Map<string, string>();
  for (const other of others)
    for (const { host, path, owner } of routeClaims(other, other.label)) taken.set(`${host}${path}`, owner);
  return routeClaims(own, 'this app').flatMap(({ host, path, owner, place }) => {
    const holder = taken.get(`${host}${path}`) ?? namesake(host, own.app);
    const [, service = ''] = place;
    taken.set(`${host}${path}`, holder ?? `${owner}, by its service ${service}`);
    if (holder === undefined) return [];
    return [
      {
        code: 'route.conflict' as const,
        path: place,
        message: `${host}${path === '' ? '/' : path} is routed already (by ${holder})`,
        fix: 'Choose another host or path.',
      },
    ];
  });
}

/** `<app>.localhost` and what lies below is the app's of that name, also while there is none. */
function namesake(host: string, app: string): string | undefined {
  const name = /(?:^|[.])([a-z][a-z0-9-]*-\d+)[.]localhost$/.exec(host)?.[1];
  return name === undefined || name === app ? undefined : `the app ${name}, whose name it is`;
}

function portConflicts({ own, others, reserved }: Question): Conflict[] {
  const taken = others.flatMap(({ label, project }) =>
    publishedPorts(project).map((port) => ({ port, holder: label })),
  );
  return publishedPorts(own.project).flatMap((port) => {
    const path = ['services', port.service, 'ports', String(port.index)];
    const refuse = (message: string, fix: string): Conflict[] => [{ code: 'port.taken', path, message, fix }];
    const count = port.to - port.from + 1;
    const text = port.from === port.to ? String(port.from) : `${port.from}-${port.to}`;
    if (port.instances > count)
      return refuse(
        `${port.service} may have ${port.instances} instances, and ${text} is ${count === 1 ? 'one port' : `${count} ports`}`,
        `Publish a range of ${port.instances} ports, let the engine choose one (publish only ${port.target}), or use x-crane.route instead.`,
      );
    const free = 'Publish another port, or let the engine choose one.';
    const forWhat = count === 1 ? reserved.get(port.from) : undefined;
    if (forWhat !== undefined) return refuse(`port ${text} is Crane’s own (${forWhat})`, free);
    const holder = taken.find((other) => portsClash(other.port, port))?.holder;
    taken.push({ port, holder: `this app, by its service ${port.service}` });
    return holder === undefined ? [] : refuse(`port ${text} is published already (by ${holder})`, free);
  });
}
