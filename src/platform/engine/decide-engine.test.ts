import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideEngine, isStalePid, parseDistribution, type EngineFacts } from './decide-engine.ts';

const facts: EngineFacts = {
  isRoot: true,
  isLinux: true,
  distribution: ['debian'],
  hasDaemon: false,
  isDaemonAlive: false,
  isSystemd: false,
  isDefaultSocket: true,
};

describe('decideEngine', () => {
  it('installs and starts it as root on Debian and Ubuntu', () => {
    assert.deepEqual(decideEngine(facts), { kind: 'start', isInstalling: true, isSystemd: false });
    assert.deepEqual(decideEngine({ ...facts, distribution: ['ubuntu', 'debian'], isSystemd: true }), {
      kind: 'start',
      isInstalling: true,
      isSystemd: true,
    });
  });

  it('only starts one that is installed', () => {
    assert.deepEqual(decideEngine({ ...facts, hasDaemon: true, distribution: ['arch'] }), {
      kind: 'start',
      isInstalling: false,
      isSystemd: false,
    });
  });

  it('says what to install elsewhere, and never touches an endpoint that was named', () => {
    for (const change of [
      { isRoot: false },
      { isLinux: false },
      { distribution: ['fedora'] },
      { isDefaultSocket: false },
    ]) {
      const decision = decideEngine({ ...facts, ...change });
      assert.equal(decision.kind, 'refuse');
      assert.ok(decision.kind === 'refuse' && decision.fix.length > 20);
    }
  });

  it('waits for one that runs and does not answer yet, root or not, and starts no second one', () => {
    for (const isRoot of [true, false])
      assert.deepEqual(decideEngine({ ...facts, isRoot, hasDaemon: true, isDaemonAlive: true }), {
        kind: 'wait',
      });
  });

  it('reads the distribution, and what it is like', () => {
    assert.deepEqual(parseDistribution('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'), [
      'linuxmint',
      'ubuntu',
      'debian',
    ]);
    assert.deepEqual(parseDistribution('ID=debian\nVERSION_ID="12"'), ['debian']);
    assert.deepEqual(parseDistribution(''), []);
  });

  it('takes a pid file for stale when its process is gone or another program', () => {
    assert.equal(isStalePid(12, null), true);
    assert.equal(isStalePid(12, 'bash\0'), true);
    assert.equal(isStalePid(Number.NaN, 'dockerd\0'), true);
    assert.equal(isStalePid(12, '/usr/sbin/dockerd\0-H\0'), false);
  });
});
