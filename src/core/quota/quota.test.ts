import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addUse, findExcess, mostByQuota, noQuota, noUse, quotaNames } from './quota.ts';
import { useOfInstance, useOfProject } from './use-of-project.ts';

const each = { ...noUse, instances: 1, cpus: 0.5, memoryBytes: 1024, ports: 1 };

describe('a quota', () => {
  it('names each limit that is exceeded, what is used and what is wanted', () => {
    const quota = { ...noQuota, apps: 2, instances: 4 };
    const used = { ...noUse, apps: 2, instances: 3 };
    const wanted = { ...noUse, apps: 3, instances: 5, volumes: 9 };
    assert.deepEqual(findExcess(quota, used, wanted), [
      { name: 'apps', limit: 2, used: 2, wanted: 3 },
      { name: 'instances', limit: 4, used: 3, wanted: 5 },
    ]);
  });

  it('lets who has too much already keep it and take less', () => {
    const quota = { ...noQuota, instances: 4 };
    assert.deepEqual(findExcess(quota, { ...noUse, instances: 9 }, { ...noUse, instances: 8 }), []);
    assert.equal(findExcess(quota, { ...noUse, instances: 9 }, { ...noUse, instances: 10 }).length, 1);
  });

  it('is exceeded by what has no limit of its own', () => {
    const wanted = addUse(noUse, { ...each, cpus: Infinity });
    assert.equal(findExcess({ ...noQuota, cpus: 8 }, noUse, wanted)[0]?.wanted, Infinity);
    assert.deepEqual(addUse(noUse, { ...noUse, cpus: Infinity }, 0), noUse);
  });

  it('leaves a service what all limits leave', () => {
    const quota = { ...noQuota, instances: 10, cpus: 3 };
    const used = { ...noUse, instances: 4, cpus: 2 };
    assert.deepEqual(mostByQuota(quota, { used, each, current: 2 }), { most: 4, text: 'at most 3 CPUs' });
    assert.equal(mostByQuota(noQuota, { used, each, current: 2 }), null);
  });

  it('that bounds a service bounds it to what is accepted', () => {
    const amount = fc.nat(20);
    fc.assert(
      fc.property(amount, amount, amount, (limit, others, current) => {
        const quota = { ...noQuota, instances: limit };
        const used = addUse({ ...noUse, instances: others }, each, current);
        const most = mostByQuota(quota, { used, each, current })?.most ?? 0;
        const after = (replicas: number) => addUse({ ...noUse, instances: others }, each, replicas);
        assert.deepEqual(findExcess(quota, used, after(most)), []);
        assert.notDeepEqual(findExcess(quota, used, after(most + 1)), []);
      }),
    );
  });
});

describe('what an app has', () => {
  it('is the limits of its instances, with the defaults where its file is silent', () => {
    assert.deepEqual(useOfInstance({}), { ...noUse, instances: 1, cpus: 1, memoryBytes: 1024 ** 3 });
    const limited = { cpu_quota: 50_000, mem_limit: '67108864', ports: [{ target: 80 }] };
    assert.deepEqual(useOfInstance(limited), {
      ...noUse,
      instances: 1,
      cpus: 0.5,
      memoryBytes: 64 * 1024 ** 2,
      ports: 1,
    });
  });

  it('is volumes of its own also while nothing runs', () => {
    const project = {
      name: 'shop',
      services: { web: {} },
      volumes: { data: {}, shared: { external: true } },
    };
    assert.deepEqual(
      useOfProject(project, () => 0),
      { ...noUse, apps: 1, volumes: 1 },
    );
    assert.equal(useOfProject(project, () => 3).instances, 3);
    assert.equal(quotaNames.length, 6);
  });
});
