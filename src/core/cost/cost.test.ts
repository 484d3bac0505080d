import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addCosts, computeCost, meterService, type MeterReading, type Prices } from './cost.ts';

const prices: Prices = { currency: 'EUR', cpuCoreHour: 1, memoryGibHour: 10, instanceHour: 100 };
const reading: MeterReading = {
  cpuLimitCores: 0.5,
  cpuCores: 0.1,
  memoryBytes: 256 * 1024 ** 2,
  memoryLimitBytes: 512 * 1024 ** 2,
};

describe('the cost of a service', () => {
  it('is that of its limits, an hour of one instance', () => {
    const { metered } = meterService({
      service: 'web',
      seconds: 3_600,
      cpuCoreSeconds: 360,
      readings: [reading],
      max: 3,
      known: null,
    });
    const cost = computeCost(metered, prices);
    assert.equal(cost.instanceHours, 1);
    assert.deepEqual(cost.cpuCoreHours, { used: 0.1, reserved: 0.5 });
    assert.deepEqual(cost.memoryGibHours, { used: 0.25, reserved: 0.5 });
    assert.equal(cost.cost, 100 + 0.5 + 5);
    assert.equal(cost.costAtMax, 3 * cost.cost);
    assert.equal(cost.saved, 2 * cost.cost);
  });

  it('takes what is used where there is no limit', () => {
    const free = { ...reading, cpuLimitCores: null, memoryLimitBytes: null };
    const { reserved } = meterService({
      service: 'web',
      seconds: 1,
      cpuCoreSeconds: 0,
      readings: [free],
      max: 1,
      known: null,
    });
    assert.deepEqual(reserved, { cpuCores: 0.1, memoryBytes: 256 * 1024 ** 2 });
  });

  it('counts what sleeping saves by what an instance reserved before', () => {
    const known = { cpuCores: 0.5, memoryBytes: 1024 ** 3 };
    const { metered } = meterService({
      service: 'web',
      seconds: 3_600,
      cpuCoreSeconds: 0,
      readings: [],
      max: 2,
      known,
    });
    const cost = computeCost(metered, prices);
    assert.equal(cost.cost, 0);
    assert.equal(cost.saved, 2 * (100 + 0.5 + 10));
  });

  it('tells hours that nobody measured, and takes them for instances like the others', () => {
    const { metered } = meterService({
      service: 'web',
      seconds: 3_600,
      cpuCoreSeconds: 0,
      readings: [reading, null],
      max: 1,
      known: null,
    });
    const cost = computeCost(metered, prices);
    assert.deepEqual([cost.instanceHours, cost.unmeasuredHours, cost.cpuCoreHours.reserved], [2, 1, 1]);
    assert.equal(cost.saved, 0);
  });

  it('is never negative, and the whole is the sum of its parts', () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    const readings = fc.array(
      fc.option(
        fc.record({
          cpuLimitCores: fc.option(amount),
          cpuCores: fc.option(amount),
          memoryBytes: amount,
          memoryLimitBytes: fc.option(amount),
        }),
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 9 }), amount, (some, max, seconds) => {
        const { metered } = meterService({
          service: 'web',
          seconds,
          cpuCoreSeconds: 0,
          readings: some,
          max,
          known: null,
        });
        const cost = computeCost(metered, prices);
        assert.ok(cost.cost >= 0 && cost.saved >= 0 && cost.costAtMax >= cost.cost * 0.999999);
        assert.equal(addCosts([cost, cost]).cost, 2 * cost.cost);
      }),
    );
  });
});
