import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createCaller } from '../../../test/factories/cli/call-crane.ts';
import { commandTable } from '../catalogue/command-table.ts';
import { logLines, startFakeControlPlane } from '../../../test/factories/cli/fake-control-plane.ts';
import { explanation } from '../../../test/factories/cli/sample-documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'crane-cli-'));
const controlPlane = await startFakeControlPlane();
const { seen, url } = controlPlane;
const crane = createCaller(folder, url);
after(() => {
  controlPlane.close();
  rmSync(folder, { recursive: true });
});

describe('looking at apps', () => {
  test('ls is a table, an array, or names', async () => {
    const table = await crane(['ls']);
    assert.match(table.out, /^APP +STATE +READY/);
    assert.match(table.out, /shop-1 +running +2\/2 +1 +ann/);
    const [first] = Object(await crane(['ls', '--json']).then(({ json }) => json()));
    assert.equal(first.uniqueName, 'shop-1');
    assert.equal((await crane(['ls', '-q'])).out, 'shop-1\n');
    assert.equal(seen.at(-1)?.authorization, 'Bearer crane_t');
  });

  test('ps is an array of instances', async () => {
    const [first] = Object((await crane(['ps', 'shop-1', '--json'])).json());
    for (const key of ['instance', 'service', 'slot', 'state', 'health', 'release', 'startedAt', 'restarts'])
      assert.ok(key in first, key);
  });

  test('stats shows what each instance uses, and why one is not measured', async () => {
    const { out } = await crane(['stats', 'shop-1']);
    assert.match(out, /^INSTANCE +SERVICE +CPU +CPU % +MEMORY +MEM % +NET IN\/OUT +DISK READ\/WRITE/);
    assert.match(
      out,
      /web-1-1 +web +0\.25 +50 % +31\.5 MB \/ 134 MB +23 % +1\.5 kB \/ 2\.5 MB +0 B \/ 4\.1 kB +7 +1/,
    );
    assert.match(out, /web-1-2 +web +– .*not measured yet/);
    const [first] = Object(Object((await crane(['stats', 'shop-1', '--json'])).json())).instances;
    assert.equal(first.usage.cpuPercent, 50.2);
  });

  test('stats --follow shows a table, or a document, for each report', async () => {
    const tables = (await crane(['stats', 'shop-1', '--follow'])).out;
    assert.equal(tables.match(/^INSTANCE/gm)?.length, 2);
    const lines = (await crane(['stats', 'shop-1', '-f', '--json'])).out.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => Object(JSON.parse(line)).instances.length),
      [2, 2],
    );
  });

  test('status names what is down, and its exit code says so', async () => {
    const { code, out } = await crane(['status']);
    assert.equal(code, 1);
    assert.match(out, /opa +down .*refused; autoscaling holds/);
  });

  test('an unknown app is exit code 1 with the problem of the server', async () => {
    const { code, problem } = await crane(['rm', 'gone-9', '--yes', '--json']);
    assert.equal(code, 1);
    assert.equal(Object(problem()).code, 'app.not_found');
    assert.equal(Object(problem()).requestId, 'r-1');
  });

  test('logs name their instance, and cannot act on the terminal', async () => {
    const { out } = await crane(['logs', 'shop-1', '--tail', '5', '--since', '10m']);
    assert.equal(out, 'web-1-1 | hello\nweb-1-2 | evil \\x1b[2J\n');
    const asked = new URL(seen.at(-1)?.path ?? '', url).searchParams;
    assert.equal(asked.get('tail'), '5');
    assert.equal(asked.get('follow'), 'false');
    assert.deepEqual((await crane(['logs', 'shop-1', '--json'])).json(), logLines);
    assert.equal(
      (await crane(['logs', 'shop-1', '-f', '--json'])).out,
      logLines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
  });
});

describe('changing apps', () => {
  const compose = join(folder, 'compose.yaml');

  test('deploy sends the files and follows the steps; a new name makes a new app', async () => {
    writeFileSync(compose, 'name: other\nservices: { web: { image: "web:${TAG}" } }\n');
    writeFileSync(join(folder, '.env'), 'A=1\n');
    const { code, out, err } = await crane(['deploy', '-f', compose], { TAG: '7', SECRET: 'x' });
    assert.equal(code, 0, err);
    const sent = seen.find((request) => request.method === 'POST' && request.path === '/api/v1/apps');
    assert.deepEqual(sent?.body, {
      name: 'other',
      files: [{ path: 'compose.yaml', text: readFileSync(compose, 'utf8') }],
      support: { '.env': 'A=1\n' },
      environment: { TAG: '7' },
      profiles: [],
      directory: folder,
      isUpdating: true,
    });
    assert.match(out, /^shop-1 {2}running {2}release 1\n/);
    assert.match(err, /warning: compose\.yaml:1:1 is ignored/);
    assert.match(err, /✔ web:1 is sha256:1/);
  });

  test('deploy brings an own app of the same name to the file', async () => {
    const { code, json } = await crane(['deploy', '-f', compose, '--name', 'shop', '--json']);
    assert.equal(code, 0);
    assert.equal(Object(json()).uniqueName, 'shop-1');
    const sent = seen.findLast(({ method, path }) => method === 'POST' && path === '/api/v1/apps');
    assert.equal(Object(sent?.body).name, 'shop');
    assert.equal(Object(sent?.body).isUpdating, true);
    assert.equal((await crane(['deploy', '-f', compose, '--app', 'shop-1', '--json'])).code, 0);
    assert.ok(
      seen.some(({ method, path }) => method === 'POST' && path === '/api/v1/apps/shop-1/deployments'),
    );
  });

  test("a failed operation gives the operation's exit code", async () => {
    const { code, err } = await crane(['scale', 'shop-1', 'web=3']);
    assert.equal(code, 5);
    assert.match(err, /error: shop-1 was not ready within 60 s\nfix: Look at: crane logs shop-1/);
    assert.deepEqual(seen.find(({ path }) => path.endsWith('/scale'))?.body, { services: { web: 3 } });
  });

  test('stop shows the app at the end, or with --no-wait the operation', async () => {
    assert.match((await crane(['stop', 'shop-1'])).out, /^shop-1/);
    assert.equal((await crane(['stop', 'shop-1', '--no-wait'])).out, 'op-1\n');
  });

  test('rm removes named volumes only', async () => {
    const { code, json } = await crane([
      'rm',
      'shop-1',
      '--yes',
      '--volume',
      'data',
      '--volume',
      'cache',
      '--json',
    ]);
    assert.equal(code, 0);
    assert.deepEqual(json(), { removed: 'shop-1', volumes: ['data', 'cache'] });
    const asked = new URL(seen.findLast(({ method }) => method === 'DELETE')?.path ?? '', url).searchParams;
    assert.deepEqual(asked.getAll('volume'), ['data', 'cache']);
  });
});

describe('the loop', () => {
  test('decisions are a table or an array', async () => {
    assert.match(
      (await crane(['decisions', 'shop-1'])).out,
      /d-1 +shop-1\/web +alert +scale-out 1→3 +done +200 req/,
    );
    const [first] = Object((await crane(['decisions', '--json'])).json());
    for (const key of [
      'id',
      'at',
      'app',
      'service',
      'trigger',
      'verdict',
      'from',
      'to',
      'reason',
      'policyRevision',
      'bounds',
      'effect',
    ]) {
      assert.ok(key in first, key);
    }
  });

  test('explain says the sentence first, then the five parts', async () => {
    for (const ref of ['shop-1', 'd-1']) {
      const { out } = await crane(['explain', ref]);
      const order = ['Scaled shop-1/web', 'Signal', 'Alert', 'Policy', 'Bound', 'Effect'].map((word) =>
        out.indexOf(word),
      );
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        ref,
      );
      assert.equal(order[0], 0);
    }
    assert.deepEqual((await crane(['explain', 'd-1', '--json'])).json(), explanation);
    assert.match((await crane(['explain', 'd-1', '-v'])).out, /"title": "Policy"/);
  });

  test('load sends phases and gives the report', async () => {
    const phases = join(folder, 'load.yaml');
    writeFileSync(
      phases,
      'config:\n  phases:\n    - { duration: 5, arrivalRate: 10, rampTo: 50 }\n    - pause: 2s\n',
    );
    const { code, json } = await crane(['load', 'shop-1', '--phases', phases, '--json']);
    assert.equal(code, 0);
    for (const key of [
      'requests',
      'lost',
      'lostByKind',
      'p50Ms',
      'p90Ms',
      'p99Ms',
      'maxMs',
      'statuses',
      'firstNewReplicaMs',
    ]) {
      assert.ok(key in Object(json()), key);
    }
    assert.deepEqual(Object(seen.findLast(({ path }) => path.endsWith('/loads'))?.body).phases, [
      { durationMs: 5000, fromRate: 10, toRate: 50 },
      { durationMs: 2000, fromRate: 0, toRate: 0 },
    ]);
    const { out } = await crane(['load', 'shop-1', '--rate', '200', '--duration', '2s']);
    assert.match(out, /lost +2 \(0\.50 %\): reset 2/);
    assert.match(out, /new replica +first answer after 950 ms/);
  });

  test('load speaks the words of simulate, for a service too', async () => {
    await crane(['load', 'shop-1/web', '--rps', '20/1s,0..300/2s', '--json']);
    const body = Object(seen.findLast(({ path }) => path.endsWith('/loads'))?.body);
    assert.deepEqual(body.phases, [
      { durationMs: 1000, fromRate: 20, toRate: 20 },
      { durationMs: 2000, fromRate: 0, toRate: 300 },
    ]);
    assert.equal(body.service, 'web');
    for (const wrong of [
      ['--rps', '1~9@1s/5s'],
      ['--rps', '5/1s', '--rate', '5'],
      ['--rps', '5/1s', '--service', 'db'],
    ])
      assert.equal((await crane(['load', 'shop-1/web', ...wrong])).code, 2);
  });
});

describe('who one is', () => {
  test('login by setup token stores the token for this address', async () => {
    const { code, out } = await crane(['login', '--setup-token', 'once', '--name', 'ann'], {
      CRANE_TOKEN: '',
    });
    assert.equal(code, 0);
    assert.match(out, /as ann \(admin\)/);
    assert.ok(!out.includes('crane_new'), 'the token is not printed');
    assert.equal((await crane(['whoami', '--json'], { CRANE_TOKEN: '' })).code, 0);
    assert.equal(seen.at(-1)?.authorization, 'Bearer crane_new');
    assert.equal(Object((await crane(['logout', '--json'])).json()).wasLoggedIn, true);
  });

  test('users quota shows limits, changes those that are named, and names what is no amount', async () => {
    const { out } = await crane(['users', 'quota', 'bob']);
    assert.match(out, /^QUOTA +USED +LIMIT +OF\napps +2 +5 +this person\ninstances +3 +none +everybody\n/);
    assert.match(out, /memory +3 MiB +4 GiB +everybody/);
    const change = ['--memory', '1.5g', '--apps', 'default', '--ports', 'none'];
    assert.equal((await crane(['users', 'quota', 'bob', ...change])).code, 0);
    assert.deepEqual(seen.at(-1)?.body, { cpus: 2, memoryBytes: 1.5 * 1024 ** 3, ports: null });
    assert.match((await crane(['users', 'quota', '--json'])).out, /"apps":5/);
    for (const wrong of ['-1', '5x', '1.5']) {
      const { code, err } = await crane(['users', 'quota', 'bob', `--apps=${wrong}`]);
      assert.deepEqual([code, err.includes('--apps must be an amount')], [2, true], err);
    }
    assert.equal((await crane(['users', 'quota', '--apps', 'default'])).code, 2);
  });

  test('version also without a control plane', async () => {
    assert.equal(Object((await crane(['version', '--json'])).json()).server, '9.9.9');
    assert.equal(
      Object((await crane(['version', '--json'], { CRANE_URL: 'http://127.0.0.1:9' })).json()).server,
      null,
    );
  });

  test('completion scripts name every visible command', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { out } = await crane(['completion', shell]);
      for (const { name, isHidden } of commandTable)
        if (isHidden !== true) assert.ok(out.includes(name), `${shell} ${name}`);
      assert.ok(!out.includes('reference'), shell);
    }
  });
});

describe('the web pages', () => {
  test('ui prints a link that logs in, and asks for a token that ends', async () => {
    const { out, code } = await crane(['ui']);
    assert.deepEqual([code, out], [0, `${url}/#token=crane_once\n`]);
    assert.deepEqual(seen.at(-1)?.body, { name: 'web pages', expiresInSeconds: 43_200 });
    const told = Object((await crane(['ui', '--json'])).json());
    assert.deepEqual([told.url, told.validSeconds], [url, 43_200]);
  });
});
