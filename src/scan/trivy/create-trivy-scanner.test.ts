import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { writeTrivyDatabase } from '../../../test/factories/trivy-database.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Sandbox } from '../../core/port/runtime.ts';
import type { ScanReport } from '../../core/scan/scan.ts';
import { createTrivyScanner } from './create-trivy-scanner.ts';

type Run = Parameters<Sandbox['run']>[0];
type Ended = Awaited<ReturnType<Sandbox['run']>>;

const bom = JSON.stringify({
  bomFormat: 'CycloneDX',
  metadata: {},
  components: [{ type: 'library', name: 'musl', purl: 'pkg:apk/alpine/musl@1.2.5-r0' }],
});
const ended = (change: Partial<Ended> = {}): Ended => ({
  exitCode: 0,
  stdout: bom,
  stderr: '',
  isOomKilled: false,
  isTimedOut: false,
  ...change,
});

/** Scans an image of three bytes with a container that ends as told, the second run by the second answer; looking for secrets is told apart. */
async function scanWith(
  test: TestContext,
  answers: (Ended | Error)[],
  {
    hasDatabase = false,
    onRun,
    inside = ended({ stdout: '{"SchemaVersion":2}' }),
  }: { hasDatabase?: boolean; onRun?: (run: Run) => Promise<void>; inside?: Ended } = {},
): Promise<{ report: ScanReport; runs: Run[]; left: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'scan-test-'));
  test.after(() => rm(folder, { recursive: true }));
  const [workDirectory, databaseDirectory] = [join(folder, 'work'), join(folder, 'trivy')];
  const updatedAt = '2026-05-01T00:00:00Z';
  if (hasDatabase) await writeTrivyDatabase(join(databaseDirectory, 'db'), { flaws: [], updatedAt });
  const runs: Run[] = [];
  const sandbox: Sandbox = {
    async run(request) {
      if (request.command.includes('--scanners=secret')) return inside;
      runs.push(request);
      await onRun?.(request);
      const answer = answers[runs.length - 1] ?? answers.at(-1) ?? ended();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const scanner = createTrivyScanner({ sandbox, image: 'crane/trivy:1', workDirectory, databaseDirectory });
  async function* image(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('tar');
  }
  const report = await scanner.scan({ imageId: 'sha256:aa', ref: 'a:1', image: image(), now: 5 });
  return { report, runs, left: await readdir(workDirectory) };
}

describe('createTrivyScanner', () => {
  it('gives the container the image and nothing else, read-only and capped, and removes it afterwards', async (test) => {
    const seen: unknown[] = [];
    const { report, runs, left } = await scanWith(test, [ended()], {
      onRun: async ({ mounts }) => {
        for (const { hostPath } of mounts) {
          const outer = await stat(join(hostPath, '..'));
          seen.push(await readFile(join(hostPath, 'image.tar'), 'utf8'), outer.mode & 0o777);
        }
      },
    });
    assert.equal(report.state, 'no-database');
    assert.deepEqual(seen, ['tar', 0o700]);
    assert.deepEqual(
      runs.map(({ mounts, memoryBytes, timeoutMs, environment }) => [
        mounts.map(({ path, isReadOnly }) => [path, isReadOnly]),
        memoryBytes,
        timeoutMs,
        environment,
      ]),
      [[[['/scan', true]], 2 * 1024 ** 3, 300_000, undefined]],
    );
    assert.deepEqual(left, []);
  });

  it('looks up what it listed when there is a database', async (test) => {
    const found = { VulnerabilityID: 'CVE-1', PkgName: 'musl', InstalledVersion: '1', Severity: 'LOW' };
    const stdout = JSON.stringify({ SchemaVersion: 2, Results: [{ Vulnerabilities: [found] }] });
    let looked = '';
    const { report, runs } = await scanWith(test, [ended(), ended({ stdout })], {
      hasDatabase: true,
      onRun: async ({ command, mounts }) => {
        if (command[0] === 'sbom')
          looked = await readFile(join(mounts[0]?.hostPath ?? '', 'sbom.json'), 'utf8');
      },
    });
    assert.equal(report.state, 'findings');
    assert.equal(report.databaseAt, Date.parse('2026-05-01T00:00:00Z'));
    assert.equal(looked, bom);
    assert.deepEqual(
      runs[1]?.mounts.map(({ path, isReadOnly }) => [path, isReadOnly]),
      [
        ['/scan', true],
        ['/cache/db', true],
      ],
    );
  });

  it('says which secrets lie where, and nothing of the lines around them', async (test) => {
    const line = { Content: 'password: canary-of-the-line', IsCause: false };
    const secret = { RuleID: 'github-pat', Severity: 'CRITICAL', Title: 'GitHub Token', StartLine: 3 };
    const advice = {
      ID: 'DS-0026',
      Severity: 'LOW',
      Title: 'No HEALTHCHECK',
      Message: 'm',
      Resolution: 'Add one',
    };
    const found = { ...secret, Match: 'x', Code: { Lines: [line] } };
    const stdout = JSON.stringify({
      SchemaVersion: 2,
      Results: [
        { Target: '/app/.env', Secrets: [found] },
        {
          Target: '/scan/image.tar',
          Secrets: [found],
          Misconfigurations: [advice, { ...advice, Status: 'PASS' }],
        },
      ],
    });
    const { report } = await scanWith(test, [ended()], { inside: ended({ stdout }) });
    assert.deepEqual(
      report.secrets?.map(({ rule, file, line: at }) => [rule, file, at]),
      [
        ['github-pat', '/app/.env', 3],
        ['github-pat', null, 3],
      ],
    );
    assert.deepEqual(report.misconfigurations, [
      { id: 'DS-0026', severity: 'LOW', title: 'No HEALTHCHECK', message: 'm', fix: 'Add one', url: null },
    ]);
    assert.doesNotMatch(JSON.stringify(report), /canary-of-the-line/);
  });

  it('fails when secrets could not be looked for', async (test) => {
    const { report } = await scanWith(test, [ended()], { inside: ended({ exitCode: 1, stderr: 'boom' }) });
    assert.deepEqual([report.state, report.reason, report.secrets], ['failed', 'boom', undefined]);
  });

  const failures: [string, (Ended | Error)[], RegExp][] = [
    ['takes too much memory', [ended({ isOomKilled: true, exitCode: 137 })], /more than 2 GiB/],
    ['takes too long', [ended({ isTimedOut: true, exitCode: 137 })], /5 minutes/],
    ['fails', [ended({ exitCode: 1, stderr: 'FATAL\tFatal error\tno image' })], /no image/],
    ['lists nonsense', [ended({ stdout: 'hello' })], /list of packages is not readable/],
    [
      'fails to look up',
      [ended(), ended({ exitCode: 2, stderr: 'panic: boom' })],
      /Trivy crashed \(panic: boom\)/,
    ],
    ['reports nonsense', [ended(), ended({ stdout: '[]' })], /report is not readable/],
    [
      'cannot be started',
      [new CraneError('image.not_found', 'The image crane/trivy:1 is not here.')],
      /is not here/,
    ],
  ];
  for (const [what, answers, reason] of failures) {
    it(`fails with the reason when Trivy ${what}`, async (test) => {
      const { report, left } = await scanWith(test, answers, { hasDatabase: true });
      assert.equal(report.state, 'failed');
      assert.match(report.reason ?? '', reason);
      assert.deepEqual(report.findings, []);
      assert.equal(report.sbom, answers.length === 2 ? bom : null);
      assert.deepEqual(left, []);
    });
  }

  it('never calls clean what it recognised nothing in, database or not', async (test) => {
    const nothing = ended({ stdout: '{"bomFormat":"CycloneDX","metadata":{}}' });
    const { report, runs } = await scanWith(test, [nothing], { hasDatabase: true });
    assert.equal(report.state, 'nothing-recognised');
    assert.equal(runs.length, 1);
  });
});
