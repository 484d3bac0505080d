import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressIn, allotSubnet, freeRange, isInSubnet, overlapping, platformSubnet } from './subnets.ts';

describe('subnets', () => {
  it('gives the platform the first /24 and apps what follows', () => {
    assert.equal(platformSubnet('10.213.0.0/16'), '10.213.0.0/24');
    assert.equal(addressIn('10.213.0.0/24', 2), '10.213.0.2');
    assert.equal(allotSubnet('10.213.0.0/16', []), '10.213.1.0/26');
  });

  it('steps over what is taken, by whatever size', () => {
    assert.equal(
      allotSubnet('10.213.0.0/16', ['10.213.1.0/26', '10.213.1.64/28', 'fd00::/64', '172.17.0.0/16']),
      '10.213.1.128/26',
    );
    assert.equal(allotSubnet('10.213.0.0/16', ['10.0.0.0/8']), null);
  });

  it('allots a thousand networks that never overlap', () => {
    const taken: string[] = [];
    for (
      let next = allotSubnet('10.213.0.0/16', taken);
      next !== null;
      next = allotSubnet('10.213.0.0/16', taken)
    )
      taken.push(next);
    assert.equal(taken.length, 1020);
    assert.equal(new Set(taken).size, taken.length);
  });

  it('always allots the lowest that is free', () => {
    const cidr = fc
      .tuple(
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 22, max: 30 }),
      )
      .map(([third, last, length]) => `10.213.${third}.${last}/${length}`);
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 12 }), (taken) => {
        const all = Array.from(
          { length: 32 },
          (_, index) => `10.213.${Math.floor(index / 4)}.${(index % 4) * 64}/26`,
        );
        const used = [platformSubnet('10.213.0.0/21'), ...taken];
        const expected = all.find((candidate) => !overlapping(candidate, used)) ?? null;
        assert.equal(allotSubnet('10.213.0.0/21', taken), expected);
      }),
    );
  });

  it('tells networks that share addresses from those that only lie side by side', () => {
    assert.equal(overlapping('10.213.0.0/24', ['10.213.0.128/25']), true);
    assert.equal(overlapping('10.213.0.0/24', ['10.0.0.0/8']), true);
    assert.equal(overlapping('10.213.0.0/24', ['10.213.1.0/24', 'fd00::/8', '', '172.17.0.0/16']), false);
    assert.equal(overlapping('fd00::/8', ['0.0.0.0/0']), false);
  });

  it('suggests a range that nothing uses', () => {
    assert.equal(freeRange([]), '10.213.0.0/16');
    assert.equal(freeRange(['10.213.4.0/24', '10.214.0.0/15']), '10.216.0.0/16');
    assert.equal(freeRange(['10.192.0.0/10']), '10.128.0.0/16');
    assert.equal(freeRange(['10.0.0.0/8']), null);
  });

  it('knows which addresses lie inside', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        (last) =>
          isInSubnet(`10.213.0.${last}`, '10.213.0.0/24') && !isInSubnet(`10.213.1.${last}`, '10.213.0.0/24'),
      ),
    );
    assert.equal(isInSubnet('::ffff:10.213.0.7', '10.213.0.0/24'), true);
    assert.equal(isInSubnet('localhost', '10.213.0.0/24'), false);
  });
});
