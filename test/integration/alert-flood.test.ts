import assert from 'node:assert/strict';
import { it } from 'node:test';
import { receiveAlerts } from '../../src/actions/receive-alerts.ts';
import { endOf, queueOf, startedWorld, webService } from '../factories/control-hands.ts';
import { someAlert } from '../factories/core-values.ts';

const apps = ['a', 'b', 'c', 'd'].map((name) => ({ name, services: 50 }));
const serviceNames = Array.from({ length: 50 }, (_, index) => `s${index}`);

it('ten thousand alerts about two hundred services end at the right sizes, each judged, one change per service', async (test) => {
  const world = await startedWorld(test, { fastLoopMs: 30_000, slowLoopMs: 60_000 });
  const services = Object.fromEntries(serviceNames.map((name) => [name, webService({ 'x-crane': scaled })]));
  for (const { name } of apps) await endOf(world, queueOf(world, name).deploy(services));
  const known = world.store.apps.list({ kind: 'all' });
  const measureAll = (): void => {
    for (const { uniqueName } of known)
      for (const service of serviceNames)
        world.metrics.set({
          app: uniqueName,
          service,
          name: 'requestsPerSecond',
          value: 140,
          at: world.clock.now(),
        });
  };
  measureAll();
  let sent = 0;
  for (let batch = 0; batch < 50; batch += 1) {
    measureAll();
    const alerts = known.flatMap(({ uniqueName }) =>
      serviceNames.map((service) => {
        sent += 1;
        return {
          ...someAlert(),
          fingerprint: `${uniqueName}-${service}-${batch}`,
          startsAt: world.clock.now(),
          labels: { app: uniqueName, service },
        };
      }),
    );
    receiveAlerts(world.actions(), alerts);
    receiveAlerts(world.actions(), alerts);
    await world.clock.advance(200);
  }
  assert.equal(sent, 10_000);
  await world.clock.until('all are judged', () => world.store.alerts.pending().length === 0, 60_000);
  for (const { id, uniqueName } of known)
    for (const service of serviceNames)
      assert.equal(world.store.targets.get(id, service)?.replicas, 2, `${uniqueName}/${service}`);
  const changes = known.flatMap(
    ({ id }) =>
      world.store.decisions.list(
        { kind: 'all' },
        { appId: id, onlyChanges: true },
        { limit: 1_000, cursor: null },
      ).items,
  );
  assert.equal(changes.length, 200, 'one change each');
});

const scaled = { scale: { min: 1, max: 2, target: { requestsPerSecond: 50 } } };
