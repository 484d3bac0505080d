import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addressPools } from './address-pools.ts';

const allot = (): string => '10.213.2.64/26';

it('has the subnet that is allotted where the file names none', () => {
  assert.deepEqual(addressPools(undefined, allot), { subnet: '10.213.2.64/26' });
  assert.equal(
    addressPools({}, () => null),
    null,
  );
});

it('has an IPv6 subnet beside it when IPv6 is asked for', () => {
  assert.deepEqual(addressPools({ enable_ipv6: true }, allot), {
    subnet: '10.213.2.64/26',
    hasIpv6: true,
    morePools: [{ subnet: 'fd63:7261:ad5:240::/64' }],
  });
});

it('passes on the pools of the file, and allots only what they lack', () => {
  const config = [
    { subnet: 'fd00:1::/64', gateway: 'fd00:1::9' },
    { subnet: '10.5.0.0/24', ip_range: '10.5.0.128/25', aux_addresses: { router: '10.5.0.3' } },
    { subnet: '10.6.0.0/24' },
  ];
  const refuse = (): null => assert.fail('nothing is to be allotted');
  assert.deepEqual(addressPools({ enable_ipv6: true, ipam: { config, options: { a: 'b' } } }, refuse), {
    subnet: '10.5.0.0/24',
    pool: { ipRange: '10.5.0.128/25', reserved: { router: '10.5.0.3' } },
    morePools: [{ subnet: '10.6.0.0/24' }, { subnet: 'fd00:1::/64', gateway: 'fd00:1::9' }],
    hasIpv6: true,
    addressOptions: { a: 'b' },
  });
});
