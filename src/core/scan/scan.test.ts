import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newlyFound } from './newly-found.ts';
import { renderSarif, type SarifScan } from './render-sarif.ts';
import type { Finding } from './scan.ts';
import { isWaived, type ScanWaiver } from './waiver.ts';

const finding = (change: Partial<Finding> = {}): Finding => ({
  id: 'CVE-2026-1',
  severity: 'CRITICAL',
  package: 'musl',
  installed: '1.0',
  fixed: '1.1',
  title: 'a flaw',
  url: 'https://example.test/1',
  ...change,
});
const waiver = (change: Partial<ScanWaiver> = {}): ScanWaiver => ({
  id: 'w',
  finding: 'CVE-2026-1',
  app: null,
  package: null,
  reason: 'not reachable',
  expiresAt: 100,
  createdAt: 0,
  createdBy: 1,
  ...change,
});

describe('a waiver', () => {
  const now = 50;
  const cases: [what: string, waiver: ScanWaiver, isCovered: boolean][] = [
    ['of every app', waiver(), true],
    ['of this app', waiver({ app: 'shop-1' }), true],
    ['of another app', waiver({ app: 'shop-2' }), false],
    ['of another package', waiver({ package: 'zlib' }), false],
    ['of another vulnerability', waiver({ finding: 'CVE-2026-2' }), false],
    ['whose time is over', waiver({ expiresAt: 50 }), false],
  ];
  for (const [what, given, isCovered] of cases)
    it(`${isCovered ? 'covers' : 'does not cover'} it: one ${what}`, () => {
      assert.equal(isWaived([given], finding(), { app: 'shop-1', now }), isCovered);
    });
});

it('names what is newly known and severe, each once', () => {
  const before = { findings: [finding()] };
  const other = finding({ id: 'CVE-2026-2', severity: 'HIGH' });
  const after = { findings: [finding(), other, other, finding({ id: 'CVE-2026-3', severity: 'LOW' })] };
  assert.deepEqual(newlyFound(before, after), ['CVE-2026-2']);
});

describe('renderSarif', () => {
  const scan = (change: Partial<SarifScan> = {}): SarifScan => ({
    service: 'web',
    image: 'nginx:1',
    scanner: 'trivy 0.74.0',
    state: 'findings',
    reason: null,
    findings: [finding()],
    ...change,
  });

  it('tells each finding, and which of them are waived', () => {
    const text = JSON.stringify(renderSarif({ app: 'shop-1', scans: [scan()], waivers: [waiver()], now: 1 }));
    assert.match(text, /"version":"2.1.0"/);
    assert.match(text, /"ruleId":"CVE-2026-1","level":"error"/);
    assert.match(text, /"suppressions":\[\{"kind":"external"/);
    assert.match(text, /"executionSuccessful":true/);
  });

  it('does not let a scan that says nothing look like a clean one', () => {
    const scans = [scan({ state: 'no-database', reason: 'there is none', findings: [] })];
    const text = JSON.stringify(renderSarif({ app: 'shop-1', scans, waivers: [], now: 1 }));
    assert.match(text, /"executionSuccessful":false/);
    assert.match(text, /no-database: there is none/);
  });
});
