import { inspect } from 'node:util';
import type { App } from '../../src/core/app/app.ts';
import type { MemoryContainer } from '../../src/runtime/memory/memory-engine.ts';
import { decisionsOf, feedOf, labelOf } from '../factories/control-hands.ts';
import { testSettings, type World } from '../factories/control.ts';

/** Watches a world while its history goes on, and judges it at the end. Everything that must not be is a text in `violations`. */
export type Auditor = {
  violations: string[];
  /** What is done meanwhile is not Crane's doing. */
  byHand(work: () => void): void;
  /** Volumes that a person named for deletion. */
  mayGo: Set<string>;
  /** Judges a world in which nothing is left to do. */
  atRest(): void;
};

type Watched = { world: World; violations: string[]; isByHand: () => boolean };

export function createAuditor(world: World): Auditor {
  const violations: string[] = [];
  let isByHand = false;
  const watched: Watched = { world, violations, isByHand: () => isByHand };
  watchEngine(watched);
  const mayGo = new Set<string>();
  const volumes = new Set<string>();
  let removedByHand = 0;
  let meddlings = 0;
  world.runtime.engine.listeners.add(() => {
    for (const name of world.runtime.engine.volumes.keys()) volumes.add(name);
  });
  return {
    violations,
    mayGo,
    byHand: (work) => {
      isByHand = true;
      meddlings += 1;
      const before = world.runtime.engine.containers.size;
      work();
      removedByHand += before - world.runtime.engine.containers.size;
      isByHand = false;
    },
    atRest: () => {
      for (const name of volumes)
        if (!mayGo.has(name) && !world.runtime.engine.volumes.has(name))
          violations.push(`I6: volume ${name} is lost`);
      for (const app of world.store.apps.list({ kind: 'all' })) violations.push(...auditApp(world, app));
      const told = feedOf(world, 'instance.external').filter(({ text }) =>
        text.endsWith('removed from outside'),
      );
      if (told.length > removedByHand)
        violations.push(`I9: ${told.length} told as removed from outside, ${removedByHand} were`);
      violations.push(...auditLeftovers(world), ...auditLedger(world), ...auditLog(world));
      // What somebody removed or renamed is made again, for the same decision.
      if (meddlings === 0) violations.push(...auditEffects(world));
    },
  };
}

/** I2 at each creation; nothing that serves is stopped while it is routed, or before it was drained; I7 at each publication. */
function watchEngine({ world, violations, isByHand }: Watched): void {
  /** App → ids of containers behind its routes, and since when others are not any more. */
  const routed = new Map<string, Set<string>>();
  const unroutedAt = new Map<string, number>();

  world.runtime.engine.listeners.add((told) => {
    const app = told?.container.labels['crane.app'];
    if (told === null || app === undefined) return;
    const { container, event } = told;
    const name = `${app}/${labelOf(container)}`;
    if (event.kind === 'created' && twins(world, container) > 1)
      violations.push(`I2: ${name} is there twice`);
    if (event.kind !== 'killed' || isByHand()) return;
    if (routed.get(app)?.has(container.id) === true)
      violations.push(`I7: ${name} was stopped while it was routed`);
    const sinceMs = world.clock.monotonic() - (unroutedAt.get(container.id) ?? -Infinity);
    if (sinceMs < testSettings.drainMs && isServing(world, container))
      violations.push(`I7: ${name} was stopped ${sinceMs} ms after it was unrouted`);
  });
  world.router.onPublish = (appName, _before, now) => {
    const own = world.controls.containers().filter((item) => item.labels['crane.app'] === appName);
    const before = routed.get(appName) ?? new Set<string>();
    const behind = own.filter((item) => now.get(labelOf(item)) === addressOf(item)).map((item) => item.id);
    routed.set(appName, new Set(behind));
    for (const id of behind) unroutedAt.delete(id);
    for (const id of before) if (!behind.includes(id)) unroutedAt.set(id, world.clock.monotonic());
    const app = world.store.apps.find({ kind: 'all' }, appName);
    if (app?.intent !== 'running' || now.size > 0) return;
    // It goes to sleep: requests are held from now on.
    if (world.store.targets.get(app.id, 'web')?.replicas === 0) return;
    const serving = own.filter((item) => before.has(item.id) && wasSeenServing(world, item));
    if (serving.length > 0)
      violations.push(`I7: ${appName} has no route any more, and ${serving.map(labelOf).join()} serves`);
  };
}

function addressOf(item: MemoryContainer): string {
  return [...item.networks.values()][0] ?? '';
}

function isServing(world: World, item: MemoryContainer): boolean {
  const address = addressOf(item);
  return item.state === 'running' && address !== '' && !world.silent.has(address);
}

/** A prober in doubt asks twice a second: of what came back since, nobody can know. */
const doubtMs = 500;

function wasSeenServing(world: World, item: MemoryContainer): boolean {
  const sinceMs = world.clock.monotonic() - (world.answersSince.get(addressOf(item)) ?? -Infinity);
  return isServing(world, item) && sinceMs > doubtMs;
}

function twins(world: World, container: MemoryContainer): number {
  const same = (item: MemoryContainer): boolean =>
    item.labels['crane.app'] === container.labels['crane.app'] && labelOf(item) === labelOf(container);
  return world.controls.containers().filter(same).length;
}

/** I4, I5, I11: what runs, what is routed and what is shown is what is wanted. */
function auditApp(world: World, app: App): string[] {
  const found: string[] = [];
  const own = world.controls.containers().filter((item) => item.labels['crane.app'] === app.engineName);
  const release = app.releaseNumber === null ? null : world.store.releases.find(app.id, app.releaseNumber);
  const services = release === null || app.intent !== 'running' ? [] : Object.keys(release.project.services);
  const labels: string[] = [];
  for (const service of services) {
    const wanted = world.store.targets.get(app.id, service)?.replicas;
    const scale = release?.project.services[service]?.['x-crane']?.scale;
    const running = own.filter((item) => item.labels['crane.service'] === service && isServing(world, item));
    if (running.length !== wanted)
      found.push(`I4: ${app.uniqueName}/${service} has ${running.length} of ${wanted}`);
    if (wanted === undefined || wanted < (scale?.min ?? 1) || wanted > (scale?.max ?? 50))
      found.push(`I5: ${app.uniqueName}/${service} wants ${wanted}`);
    if (service === 'web') labels.push(...running.map(labelOf));
  }
  const extra = own.filter((item) => !services.includes(item.labels['crane.service'] ?? ''));
  if (extra.length > 0) found.push(`I3: ${app.uniqueName} keeps ${extra.map(labelOf).join()}`);
  // A service that sleeps keeps what it will stand on, and shows it by nothing.
  const isAwake =
    services.length > 0 &&
    services.every((service) => own.some((item) => item.labels['crane.service'] === service));
  const stoodOn = new Set(own.flatMap((item) => [...item.networks.keys()]));
  for (const { name, labels: told } of world.runtime.engine.networks.values())
    if (isAwake && told['crane.app'] === app.engineName && !stoodOn.has(name))
      found.push(`I3: ${app.uniqueName} keeps the network ${name}`);
  const dead = own.filter((item) => item.state !== 'running');
  if (dead.length > 0)
    found.push(`I4: ${app.uniqueName} keeps ${dead.map((item) => `${labelOf(item)} ${item.state}`).join()}`);
  const backends = world.router.backends(app.engineName);
  if (backends.join() !== labels.sort().join())
    found.push(`I7: ${app.uniqueName} routes ${backends.join()} and not ${labels.join()}`);
  const hosts = world.router.hosts(app.engineName);
  if (labels.length > 0 && !hosts.includes(`${app.uniqueName}.localhost`))
    found.push(`I7: ${app.uniqueName} is served at ${hosts.join()}`);
  const shown = world.control().observed.app(app.id);
  const isGood =
    services.length > 0 ? shown.state === 'running' : ['stopped', 'failed'].includes(shown.state);
  if (!isGood) found.push(`I11: ${app.uniqueName} is shown as ${shown.state}: ${shown.reason}`);
  if (app.releaseNumber !== app.stableReleaseNumber && app.releaseNumber !== null)
    found.push(`${app.uniqueName} is between release ${app.stableReleaseNumber} and ${app.releaseNumber}`);
  return found;
}

/** I3: nothing is left of deleted apps, nothing foreign was touched. */
function auditLeftovers(world: World): string[] {
  const found: string[] = [];
  const names = new Set(world.store.apps.list({ kind: 'all' }).map((app) => app.engineName));
  const { containers, networks } = world.runtime.engine;
  for (const item of [...containers.values(), ...networks.values()]) {
    const app = item.labels['crane.app'];
    if (app !== undefined && !names.has(app)) found.push(`I3: ${item.name} of the deleted ${app} is left`);
  }
  const taken = world.store.apps.list({ kind: 'all' }).map(({ defaultNetwork }) => defaultNetwork);
  const ahead = [...networks.keys()].filter((name) => name.startsWith('crane-net-') && !taken.includes(name));
  if (ahead.length > 1) found.push(`I3: ${ahead.join()} are nobody's`);
  for (const name of ['crane-shop-1-web-1-1-theirs', 'crane-traefik'])
    if (![...containers.values()].some((item) => item.name === name && item.state === 'running'))
      found.push(`I3: the foreign container ${name} was touched`);
  if (!networks.has('theirs')) found.push('I3: the foreign network was touched');
  if (!world.runtime.engine.volumes.has('theirs')) found.push('I3: the foreign volume was touched');
  return found;
}

/** I9: each change of replicas begins where the one before ended, and no effect is left open. */
function auditLedger(world: World): string[] {
  const found: string[] = [];
  const rows = decisionsOf(world);
  for (const row of rows) {
    if (row.effect.status === 'pending') found.push(`I9: decision ${row.id} ${row.verdict} is still open`);
    if (row.to < row.bounds.min || row.to > row.bounds.max)
      if (row.verdict !== 'hold') found.push(`I5: decision ${row.id} wants ${row.to}`);
  }
  const alerts = world.store.alerts.list({ limit: 1_000, cursor: null }).items;
  if (alerts.some((item) => item.outcome.kind === 'pending')) found.push('I9: an alert was never judged');
  const decided = alerts.flatMap(({ outcome }) => (outcome.kind === 'decided' ? [outcome.decisionId] : []));
  for (const id of decided)
    if (!rows.some((row) => row.id === id)) found.push(`I9: the decision ${id} of an alert is missing`);
  return found;
}

/** I9: no instance is made or removed twice for one decision. */
function auditEffects(world: World): string[] {
  return decisionsOf(world).flatMap(({ id, effect }) => {
    const made = effect.instances.map((item) => `${item.instance} ${item.change}`);
    const isOnce = new Set(made).size === made.length;
    return isOnce ? [] : [`I9: decision ${id} counts something twice: ${made.join()}`];
  });
}

/** I10: no loop without waiting; nothing unexpected was thrown. */
function auditLog(world: World): string[] {
  const errors = world.logged.filter((line) => line.level === 'error');
  return [
    ...(world.hotLoops() > 0 ? ['I10: it called on and on while no time passed'] : []),
    ...errors.map(({ message, facts }) => `log: ${message} ${inspect(facts['err'])}`),
  ];
}

/** I13: another start finds nothing to do. */
export async function auditRestart(world: World, auditor: Auditor): Promise<void> {
  const picture = (): string =>
    world.controls
      .containers()
      .map((item) => `${item.name} ${item.id} ${item.state} ${item.run}`)
      .sort()
      .join();
  const before = picture();
  world.kill();
  await world.start();
  await world.clock.advance(70_000);
  if (picture() !== before) auditor.violations.push(`I13: a restart changed ${before} to ${picture()}`);
}
