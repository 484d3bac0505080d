import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeTrust, planTrust, type TrustFacts } from './plan-trust.ts';

const facts = (platform: NodeJS.Platform, folder = ''): TrustFacts => ({
  platform,
  hasFolder: (path) => path === folder,
  id: '1a2b3c4d',
  file: '/tmp/ca.pem',
});

describe('planTrust', () => {
  it('knows where each kind of Linux keeps what it trusts', () => {
    const debian = facts('linux', '/usr/local/share/ca-certificates');
    assert.deepEqual(planTrust(debian, 'add'), {
      path: '/usr/local/share/ca-certificates/crane-1a2b3c4d.crt',
      command: ['update-ca-certificates'],
      needsAdmin: true,
    });
    assert.deepEqual(planTrust(debian, 'remove')?.command, ['update-ca-certificates', '--fresh']);
    const fedora = planTrust(facts('linux', '/etc/pki/ca-trust/source/anchors'), 'add');
    assert.deepEqual(fedora?.command, ['update-ca-trust', 'extract']);
    assert.equal(planTrust(facts('linux'), 'add'), null);
  });

  it('gives the stores of macOS and Windows the file', () => {
    assert.equal(planTrust(facts('darwin'), 'add')?.command.at(-1), '/tmp/ca.pem');
    const windows = planTrust(facts('win32'), 'remove');
    assert.deepEqual(windows, {
      path: null,
      command: ['certutil', '-user', '-delstore', 'Root', 'Crane local authority 1a2b3c4d'],
      needsAdmin: false,
    });
  });

  it('says all that it does', () => {
    const plan = planTrust(facts('linux', '/usr/local/share/ca-certificates'), 'add');
    assert.ok(plan !== null);
    assert.deepEqual(describeTrust(plan, 'add'), [
      'writes the certificate to /usr/local/share/ca-certificates/crane-1a2b3c4d.crt',
      'runs: update-ca-certificates',
    ]);
  });
});
