import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CraneError } from '../error/crane-error.ts';
import type { FeedEvent } from '../operation/feed.ts';
import { checkTarget } from './check-target.ts';
import { classifyAddress } from './classify-address.ts';
import { mostFailures, retryDelayMs, wantsEvent } from './webhook.ts';

describe('an address', () => {
  for (const [kind, addresses] of Object.entries({
    public: [
      '1.1.1.1',
      '93.184.216.34',
      '172.32.0.1',
      '100.128.0.1',
      '2606:4700::1111',
      '::ffff:8.8.8.8',
      '64:ff9b::808:808',
    ],
    private: [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      'fd12::1',
      '::ffff:10.0.0.1',
      '2002:a00:1::',
    ],
    loopback: ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '0:0:0:0:0:0:0:1'],
    forbidden: [
      '169.254.169.254',
      '169.254.0.1',
      '0.0.0.0',
      '100.100.100.200',
      '224.0.0.1',
      '255.255.255.255',
      '192.0.2.1',

      '::',
      'fe80::1',
      'fe80::1%eth0',
      'ff02::1',
      'fd00:ec2::254',
      '::ffff:169.254.169.254',
      '2002:a9fe:a9fe::',
      '2001:db8::1',

      '',
      'localhost',
      '1.2.3',
      '1.2.3.4.5',
      '256.1.1.1',
      '1:2:3',
      '1::2::3',
      'g::1',
      ':::',
      '1:2:3:4:5:6:7:8:9',
    ],
  }))
    for (const address of addresses)
      it(`${JSON.stringify(address)} is ${kind}`, () => assert.equal(classifyAddress(address), kind));

  it('is always something, and the same as IPv4 in IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        assert.equal(classifyAddress(`::ffff:${address}`), classifyAddress(address));
      }),
    );
    fc.assert(fc.property(fc.ipV6(), (address) => classifyAddress(address) !== undefined));
    fc.assert(fc.property(fc.string(), (text) => classifyAddress(text) !== undefined));
  });
});

describe('a target', () => {
  const isRefused = (url: string, role: 'admin' | 'user'): boolean => {
    try {
      checkTarget(url, role);
      return false;
    } catch (error) {
      assert.ok(error instanceof CraneError && error.code === 'webhook.refused', String(error));
      return true;
    }
  };
  it('is http or https, without a user, and not where nobody has a webhook', () => {
    for (const url of [
      'ftp://a.b',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'a.b',
      '',
      '//a.b',
      'http://u:p@a.b/',
      'http://u@a.b/',

      'http://169.254.169.254/latest',
      'http://[fe80::1]/',
      'http://0/',
      'http://2852039166/',
      'http://0xa9fea9fe/',
      'http://a.b/#x',
      'http://[::ffff:169.254.169.254]/',
    ])
      assert.equal(isRefused(url, 'admin'), true, url);
    for (const url of ['https://example.com/x?y=1', 'http://example.com:8080', 'http://1.1.1.1'])
      assert.equal(isRefused(url, 'user'), false, url);
  });

  it('is on this machine or near it for admins only', () => {
    for (const url of [
      'http://127.0.0.1:9',
      'http://2130706433/',
      'http://0177.0.0.1/',
      'http://localhost/',
      'http://a.localhost./',
      'http://[::1]/',
      'http://10.1.1.1',
      'http://192.168.0.1',
    ]) {
      assert.equal(isRefused(url, 'user'), true, url);
      assert.equal(isRefused(url, 'admin'), false, url);
    }
  });
});

describe('a webhook', () => {
  const event: FeedEvent = {
    seq: 1,
    at: 1,
    kind: 'deployment.done',
    appId: 7,
    app: 'shop-7',
    text: '',
    data: {},
  };
  it('is told the kinds it asked for, of its app', () => {
    for (const [events, appId, wants] of [
      [[], null, true],
      [['deployment.done'], 7, true],
      [['deployment.*'], null, true],
      [['deploy.*', 'scan.done'], null, false],
      [[], 8, false],
    ] as const)
      assert.equal(wantsEvent({ events, appId }, event), wants, JSON.stringify([events, appId]));
  });

  it('is tried again later and later, not all at once, and given up in about a quarter of an hour', () => {
    assert.deepEqual([retryDelayMs(1, 0), retryDelayMs(1, 1), retryDelayMs(4, 1)], [500, 1_000, 8_000]);
    assert.equal(retryDelayMs(99, 1), 300_000);
    let total = 0;
    for (let failures = 1; failures < mostFailures; failures += 1) total += retryDelayMs(failures, 0.5);
    assert.ok(total > 600_000 && total < 1_200_000, `${total} ms`);
  });
});
