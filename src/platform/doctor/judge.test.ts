import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PartStatus } from '../../core/port/parts.ts';
import type { Check } from './check.ts';
import {
  judgeCgroup,
  judgeData,
  judgeDisk,
  judgeIptables,
  judgeMemory,
  parseControllers,
} from './judge-machine.ts';
import {
  judgeControl,
  judgeImages,
  judgeNetworks,
  judgePart,
  judgePort,
  type NetworkFacts,
} from './judge-platform.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** Every finding that is not ok says what to do. */
function stateOf(check: Check): string {
  assert.equal(check.fix === null, check.state === 'ok', JSON.stringify(check));
  assert.ok(check.text.length > 0);
  return check.state;
}

describe('the doctor on this machine', () => {
  it('warns of little memory and little space', () => {
    assert.equal(stateOf(judgeMemory(2 * GiB)), 'ok');
    assert.equal(stateOf(judgeMemory(300 * MiB)), 'warning');
    const roomy = { folder: '/home', freeBytes: 50 * GiB };
    assert.equal(stateOf(judgeDisk([roomy])), 'ok');
    const tight = judgeDisk([roomy, { folder: '/var/lib/docker', freeBytes: GiB }]);
    assert.equal(stateOf(tight), 'warning');
    assert.match(tight.text, /1 GiB free at \/var\/lib\/docker/);
  });

  it('fails on a data folder that cannot be used', () => {
    const facts = {
      dataFolder: '/srv/crane',
      exists: false,
      writable: { folder: '/srv', isWritable: true },
      isInstallation: false,
      foreign: [],
    };
    assert.match(judgeData(facts).text, /made by crane up/);
    const closed = judgeData({ ...facts, writable: { folder: '/srv', isWritable: false } });
    assert.equal(stateOf(closed), 'failed');
    assert.match(closed.text, /^\/srv cannot be written/);
    assert.equal(stateOf(judgeData({ ...facts, exists: true, foreign: ['thesis.tex'] })), 'failed');
    // Somebody's notes in a folder that is Crane's already do no harm.
    assert.equal(
      stateOf(judgeData({ ...facts, exists: true, isInstallation: true, foreign: ['notes'] })),
      'ok',
    );
  });

  it('warns when the kernel cannot limit what apps use', () => {
    const all = ['cpuset', 'cpu', 'io', 'memory', 'pids'];
    assert.equal(stateOf(judgeCgroup({ version: '2', controllers: all })), 'ok');
    const poor = judgeCgroup({ version: '2', controllers: ['cpu', 'pids'] });
    assert.equal(stateOf(poor), 'warning');
    assert.match(poor.text, /^v2 without memory/);
    assert.equal(stateOf(judgeCgroup({ version: '', controllers: null })), 'ok');
  });

  it('reads which controllers are on, in either version', () => {
    assert.deepEqual(parseControllers('cpu memory pids\n'), ['cpu', 'memory', 'pids']);
    const first =
      '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t90\t1\nmemory\t0\t90\t0\npids\t5\t9\t1\n';
    assert.deepEqual(parseControllers(first), ['cpu', 'pids']);
  });

  it('warns of missing iptables', () => {
    assert.equal(stateOf(judgeIptables('iptables v1.8.9')), 'ok');
    assert.match(judgeIptables(null).fix ?? '', /apt-get install iptables/);
  });
});

describe('the doctor on ports', () => {
  const wanted = { port: 8080, what: 'router', variable: 'CRANE_ROUTER_PORT' } as const;

  it('is content with a port that is free or ours', () => {
    assert.match(judgePort(wanted, { kind: 'free' }).text, /free for the router/);
    assert.match(judgePort(wanted, { kind: 'ours' }).text, /the router listens there/);
  });

  it('names who has it otherwise, and the variable to change', () => {
    const check = judgePort(wanted, { kind: 'taken', holder: 'nginx (pid 12)' });
    assert.equal(stateOf(check), 'failed');
    assert.match(check.text, /taken by nginx \(pid 12\)/);
    assert.match(check.fix ?? '', /CRANE_ROUTER_PORT=8081/);
    const low = judgePort({ ...wanted, port: 80 }, { kind: 'forbidden' });
    assert.match(`${low.text} ${low.fix}`, /only be used by root.*CRANE_ROUTER_PORT=7080/);
  });
});

describe('the doctor on networks', () => {
  const facts: NetworkFacts = {
    range: '10.213.0.0/16',
    networks: [
      { name: 'the network bridge', subnets: ['172.17.0.0/16'], isOurs: false },
      { name: 'the network 0----crane-platform', subnets: ['10.213.0.0/24'], isOurs: true },
    ],
    interfaces: [
      { name: 'eth0', subnet: '192.168.1.20/24' },
      { name: 'br-1', subnet: '10.213.0.1/24' },
    ],
  };

  it('is content when only Crane uses the range', () => {
    assert.equal(stateOf(judgeNetworks(facts)), 'ok');
  });

  it('fails when another network has the platform’s addresses, and names a free range', () => {
    const other = { name: 'the network shop_default', subnets: ['10.213.0.0/20'], isOurs: false };
    const check = judgeNetworks({ ...facts, networks: [other] });
    assert.equal(stateOf(check), 'failed');
    assert.match(check.text, /shop_default/);
    assert.match(check.fix ?? '', /CRANE_SUBNETS=10\.214\.0\.0\/16/);
  });

  it('fails when this machine itself is there, and warns when it is only near', () => {
    const vpn = (subnet: string): NetworkFacts => ({
      ...facts,
      networks: [],
      interfaces: [{ name: 'tun0', subnet }],
    });
    assert.equal(stateOf(judgeNetworks(vpn('10.213.0.9/24'))), 'failed');
    assert.equal(stateOf(judgeNetworks(vpn('10.213.77.9/24'))), 'warning');
    assert.equal(stateOf(judgeNetworks(vpn('fd00::1/64'))), 'ok');
  });

  it('fails when there is no room for another app', () => {
    const full = { name: 'the network big', subnets: ['10.213.1.0/24', '10.213.2.0/23'], isOurs: true };
    assert.equal(stateOf(judgeNetworks({ ...facts, range: '10.213.0.0/22', networks: [full] })), 'failed');
  });
});

describe('the doctor on images and parts', () => {
  it('says how missing images would come, and that Go is needed only to build', () => {
    assert.equal(stateOf(judgeImages({ tags: 6, missing: [], go: null })), 'ok');
    const withGo = judgeImages({ tags: 6, missing: ['crane/opa:1'], go: 'go version go1.26.1 linux/amd64' });
    assert.match(withGo.text, /crane\/opa:1.*go1\.26\.1/);
    assert.match(judgeImages({ tags: 6, missing: ['crane/opa:1'], go: null }).fix ?? '', /install Go/);
  });

  it('counts a part that is down as a failure only while Crane is up', () => {
    const part: PartStatus = {
      name: 'opa',
      state: 'down',
      version: null,
      since: 0,
      checkedAt: 0,
      reason: 'its container is exited',
      consequence: 'autoscaling holds',
      url: null,
    };
    assert.equal(stateOf(judgePart(part, true)), 'failed');
    assert.equal(stateOf(judgePart(part, false)), 'warning');
    assert.equal(judgePart(part, true).text, 'down; its container is exited; autoscaling holds');
    const healthy = { ...part, state: 'ok', version: '1.22.2', reason: null, consequence: null } as const;
    assert.equal(judgePart(healthy, true).text, '1.22.2');
    assert.equal(stateOf(judgeControl(false)), 'warning');
    assert.equal(stateOf(judgeControl(true)), 'ok');
  });
});
