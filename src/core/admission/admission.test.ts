import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComposeProject } from '../compose/compose-project.ts';
import type { AdmissionReport, ServiceViolation } from './admission.ts';
import { findClearSecrets } from './clear-secrets.ts';
import { pathOf, refusalOf } from './refusal.ts';

const violation = (change: Partial<ServiceViolation> = {}): ServiceViolation => ({
  policy: 'P03',
  title: 'capabilities',
  severity: 'high',
  mode: 'deny',
  service: 'web',
  path: '/HostConfig/CapAdd/0',
  field: 'cap_add',
  seen: 'SYS_ADMIN',
  msg: 'web adds SYS_ADMIN',
  fix: 'Remove it.',
  ...change,
});
const report = (...violations: ServiceViolation[]): AdmissionReport => ({
  isAllowed: !violations.some(({ mode }) => mode === 'deny'),
  violations,
  policyRevision: 'r1',
  settingsVersion: 0,
});
const project: ComposeProject = {
  name: 'shop',
  services: { web: { image: 'nginx:1', cap_add: ['chown', ' cap_sys_admin '], privileged: true } },
};

describe('a refusal', () => {
  it('names every violation that denies, with its entry in the file and the place', () => {
    const at = { file: 'compose.yaml', line: 7, column: 9 };
    const positions = new Map([['services.web.cap_add.1', at]]);
    const two = violation({ policy: 'P01', field: 'privileged', msg: 'web runs privileged' });
    const refusal = refusalOf(report(violation(), two, violation({ mode: 'warn' })), { project, positions });
    assert.equal(refusal?.code, 'policy.denied');
    assert.deepEqual(
      refusal.facts.errors?.map(({ pointer, place }) => [pointer, place]),
      [
        ['/services/web/cap_add/1', 'compose.yaml:7:9'],
        ['/services/web/privileged', 'compose.yaml:1:1'],
      ],
    );
    assert.match(refusal.message, /^compose.yaml:7:9 P03 .*\(and 1 more\)$/);
  });

  it('is one by the scan when only scans stand against it', () => {
    const found = violation({ policy: 'P15', field: 'image', finding: 'CVE-1' });
    assert.equal(refusalOf(report(found), { project })?.code, 'scan.blocked');
    assert.equal(refusalOf(report(found, violation()), { project })?.code, 'policy.denied');
  });

  it('is none for warnings, and is one for an answer that forbids without saying why', () => {
    assert.equal(refusalOf(report(violation({ mode: 'warn' })), { project }), null);
    assert.equal(refusalOf({ ...report(), isAllowed: false }, { project })?.code, 'policy.denied');
  });

  it('finds the key where the entry is not known', () => {
    assert.deepEqual(pathOf(violation({ seen: 'NET_RAW' }), project), ['services', 'web', 'cap_add']);
  });
});

describe('findClearSecrets', () => {
  it('knows secrets by their form and by their names, and gives no value', () => {
    const key = ['AKIA', 'ABCDEFGHIJKLMNOP'].join('');
    const found = findClearSecrets('environment', {
      PLAIN: 'hello',
      SOME: `x ${key}`,
      DB_PASSWORD: 'hunter22',
      PASSWORD_FILE: '/run/secrets/x',
      EMPTY_TOKEN: '',
      UNSET_TOKEN: null,
    });
    assert.deepEqual(
      found.map(({ name, isByName }) => [name, isByName]),
      [
        ['SOME', false],
        ['DB_PASSWORD', true],
      ],
    );
    assert.ok(!JSON.stringify(found).includes(key) && !JSON.stringify(found).includes('hunter22'));
  });
});
