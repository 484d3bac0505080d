import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFindings } from './parse-findings.ts';
import { parseSbom } from './parse-sbom.ts';
import { lookUpCommand, parseTrivyFailure, sbomCommand } from './trivy-commands.ts';

const vulnerability = {
  VulnerabilityID: 'CVE-2026-0001',
  PkgName: 'musl',
  InstalledVersion: '1.2.5-r0',
  FixedVersion: '1.2.6-r0',
  Severity: 'MEDIUM',
  Title: 'a flaw',
  PrimaryURL: 'https://avd.aquasec.com/nvd/cve-2026-0001',
};
const report = (...found: object[]): string =>
  JSON.stringify({
    SchemaVersion: 2,
    Results: [{ Class: 'os-pkgs', Vulnerabilities: found }, { Class: 'secret' }],
  });

describe('parseFindings', () => {
  it('reads what Trivy found, the worst first and each once', () => {
    const worse = {
      ...vulnerability,
      VulnerabilityID: 'CVE-2026-0002',
      Severity: 'CRITICAL',
      FixedVersion: '',
    };
    assert.deepEqual(parseFindings(report(vulnerability, worse, vulnerability)), [
      {
        id: 'CVE-2026-0002',
        severity: 'CRITICAL',
        package: 'musl',
        installed: '1.2.5-r0',
        fixed: null,
        title: 'a flaw',
        url: 'https://avd.aquasec.com/nvd/cve-2026-0001',
      },
      {
        id: 'CVE-2026-0001',
        severity: 'MEDIUM',
        package: 'musl',
        installed: '1.2.5-r0',
        fixed: '1.2.6-r0',
        title: 'a flaw',
        url: 'https://avd.aquasec.com/nvd/cve-2026-0001',
      },
    ]);
  });

  it('takes a report without results for one without findings', () => {
    assert.deepEqual(parseFindings('{"SchemaVersion":2}'), []);
    assert.deepEqual(parseFindings('{"SchemaVersion":2,"Results":null}'), []);
  });

  it('S70 keeps only links to the web, cuts long titles, and knows no severity it never heard of', () => {
    const hostile = {
      ...vulnerability,
      PrimaryURL: 'javascript:alert(1)',
      Title: 'x'.repeat(9_000),
      Severity: 'DOOM',
    };
    const [finding] = parseFindings(report(hostile)) ?? [];
    assert.equal(finding?.url, null);
    assert.equal(finding?.title.length, 300);
    assert.equal(finding?.severity, 'UNKNOWN');
  });

  it('takes nothing else for a report', () => {
    for (const text of [
      '',
      '[]',
      '{}',
      'null',
      '{"Results":[]}',
      '{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{}]}]}',
    ])
      assert.equal(parseFindings(text), null);
  });
});

const bom = (...components: object[]): string =>
  JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.7',
    metadata: { tools: { components: [{ name: 'trivy', version: '0.74.0' }] } },
    components,
  });

describe('parseSbom', () => {
  it('counts packages with a package URL, not files or the system itself', () => {
    const text = bom(
      { type: 'operating-system', name: 'alpine', version: '3.20.3' },
      { type: 'library', name: 'musl', purl: 'pkg:apk/alpine/musl@1.2.5-r0' },
      { type: 'library', name: 'stdlib', purl: 'pkg:golang/stdlib@v1.26.8' },
      { type: 'application', name: 'whoami' },
    );
    assert.deepEqual(parseSbom(text), {
      packages: 2,
      operatingSystem: 'alpine 3.20.3',
      scanner: 'trivy 0.74.0',
    });
  });

  it('knows an image in which nothing was recognised', () => {
    assert.deepEqual(parseSbom(bom()), { packages: 0, operatingSystem: null, scanner: 'trivy 0.74.0' });
    const withoutList = '{"bomFormat":"CycloneDX","metadata":{}}';
    assert.deepEqual(parseSbom(withoutList), { packages: 0, operatingSystem: null, scanner: 'trivy' });
  });

  it('takes nothing else for an SBOM', () => {
    for (const text of ['', '{}', '{"bomFormat":"SPDX","metadata":{}}', '[1]'])
      assert.equal(parseSbom(text), null);
  });
});

describe('what Trivy is asked and says', () => {
  it('is asked to fetch and tell nothing', () => {
    for (const command of [sbomCommand(), lookUpCommand()])
      for (const flag of [
        '--offline-scan',
        '--skip-db-update',
        '--skip-version-check',
        '--disable-telemetry',
      ])
        assert.ok(command.includes(flag));
    assert.deepEqual(lookUpCommand().slice(-2), ['--', '/scan/sbom.json']);
  });

  const failures: [string, RegExp][] = [
    [
      '2026-05-01T10:00:00Z\tINFO\tsomething\n2026-05-01T10:00:01Z\tFATAL\tFatal error\trun error: image scan error: scan error: unable to initialize archive image: 2 errors occurred:\n\t* unable to open /scan/image.tar as a Docker image: archive/tar: invalid tar header\n',
      /^unable to initialize archive image: 2 errors occurred: \* unable to open the image as a Docker image: archive\/tar: invalid tar header$/,
    ],
    [
      'unexpected fault address 0x7f\nfatal error: fault\ngoroutine 1 [running]:\nmain.main()\n',
      /^Trivy crashed \(fatal error: fault\)$/,
    ],
    ['', /^it gave no reason$/],
    ['exec /usr/local/bin/trivy: no such file\n', /no such file/],
  ];
  for (const [stderr, reason] of failures) {
    it(`says why it failed: ${JSON.stringify(stderr.slice(-40))}`, () => {
      assert.match(parseTrivyFailure(stderr), reason);
    });
  }
});
