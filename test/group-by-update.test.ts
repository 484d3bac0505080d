import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupByUpdate, severitiesOf, type Finding } from '../ui/src/scans/group-by-update.ts';

const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  severity: 'HIGH',
  package: 'openssl',
  installed: '3.0.1',
  fixed: '3.0.5',
  title: '',
  url: null,
  ...more,
});

describe('findings by the update that ends them', () => {
  it('are one update a package, to the version that has all the fixes', () => {
    const [group, ...others] = groupByUpdate([
      finding('CVE-1', { fixed: '3.0.9' }),
      finding('CVE-2', { fixed: '3.0.10', severity: 'CRITICAL' }),
      finding('CVE-3', { fixed: '3.0.2, 3.1.4' }),
    ]);
    assert.deepEqual(others, []);
    assert.equal(group?.to, '3.0.10');
    assert.deepEqual(
      group?.findings.map(({ id }) => id),
      ['CVE-2', 'CVE-1', 'CVE-3'],
    );
  });

  it('begin with the most urgent, and end with what has no fix', () => {
    const groups = groupByUpdate([
      finding('CVE-1', { fixed: null, severity: 'CRITICAL' }),
      finding('CVE-2', { package: 'zlib', severity: 'LOW' }),
      finding('CVE-3', { package: 'curl' }),
      finding('CVE-4', { package: 'curl' }),
      finding('CVE-5', { package: 'bash' }),
    ]);
    assert.deepEqual(
      groups.map(({ package: name, to }) => [name, to]),
      [
        ['curl', '3.0.5'],
        ['bash', '3.0.5'],
        ['zlib', '3.0.5'],
        ['openssl', null],
      ],
    );
  });

  it('keep two installed versions of a package apart', () => {
    assert.equal(groupByUpdate([finding('CVE-1'), finding('CVE-1', { installed: '1.1.1' })]).length, 2);
  });

  it('are counted by severity, the worst first', () => {
    assert.deepEqual(
      severitiesOf([finding('a', { severity: 'LOW' }), finding('b'), finding('c', { severity: 'LOW' })]),
      [
        { severity: 'HIGH', n: 1 },
        { severity: 'LOW', n: 2 },
      ],
    );
  });
});
