import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostileApi, type HostileApi } from '../factories/hostile-api.ts';
import { bodyOf, deployedApp } from '../factories/test-api.ts';

type Part = Record<string, unknown>;
/** What is sent, and what must come back as `<status> <code> <what is told>`. */
type Case = [what: string, service: Part, expected: RegExp, top?: Part];

const image = 'nginx:1.27';
const fileOf = (service: Part, top: Part = {}): string =>
  JSON.stringify({ services: { web: { image, ...service } }, ...top });
const payloadOf = (text: string, more: Part = {}): Part => ({
  name: 'evil',
  files: [{ path: 'compose.yaml', text }],
  ...more,
});
const deploy = ({ call }: HostileApi, text: string, more: Part = {}) =>
  call('bob', 'POST', '/api/v1/apps', { payload: payloadOf(text, more) });
const check = ({ call }: HostileApi, text: string, more: Part = {}) =>
  call('bob', 'POST', '/api/v1/apps:check', { payload: payloadOf(text, more) });

async function allRefused(made: HostileApi, cases: readonly Case[]): Promise<void> {
  for (const [what, service, expected, top] of cases)
    await made.refused(what, expected, () => deploy(made, fileOf(service, top)));
}

const reserved = [
  'traefik.enable',
  'traefik.http.routers.x.rule',
  'traefik.http.routers.x.service',
  'Traefik.Enable',
  ' traefik.enable',
  'crane.app',
  'crane.instance',
  'crane.networks',
  'crane.run',
  'CRANE.sandbox',
  'crane',
  'com.docker.compose.project',
  'com.docker.compose.oneoff',
  'com.docker.swarm.service.name',
  'io.docker.x',
];

describe('labels and hosts of others', () => {
  it('S39 labels of the router, of Crane and of Docker, wherever they stand', async (test) => {
    const made = await hostileApi(test);
    const refusal = /^422 compose\.unsupported .*(reserved|Traefik)/;
    for (const label of reserved) {
      await allRefused(made, [
        [`${label} as a map`, { labels: { [label]: 'x' } }, refusal],
        [`${label} as a list`, { labels: [`${label}=x`] }, refusal],
        [`${label} on a network`, {}, refusal, { networks: { default: { labels: { [label]: 'x' } } } }],
        [
          `${label} on a volume`,
          { volumes: ['data:/d'] },
          refusal,
          { volumes: { data: { labels: [`${label}=x`] } } },
        ],
        [
          `${label} in an image that is built`,
          { build: { context: '.', labels: { [label]: 'x' } } },
          refusal,
        ],
      ]);
      await made.refused(`${label} from a file`, refusal, () =>
        deploy(made, fileOf({ label_file: 'l.env' }), { support: { 'l.env': `${label.trim()}=x\n` } }),
      );
    }
    const plain = { labels: { 'com.example.traefik.enable': 'x', cranes: '1', 'my.crane.app': 'y' } };
    assert.equal((await check(made, fileOf(plain))).statusCode, 200);
  });

  it('S39 S51 a reserved label that comes later, by a patch', async (test) => {
    const made = await hostileApi(test);
    const { uniqueName } = deployedApp(made.store, made.bob);
    for (const label of ['crane.networks', 'traefik.enable', 'com.docker.compose.service'])
      await made.refused(label, /^422 compose\.unsupported/, () =>
        made.call('bob', 'PATCH', `/api/v1/apps/${uniqueName}`, {
          payload: JSON.stringify({ services: { web: { labels: { [label]: 'x' } } } }),
          headers: { 'content-type': 'application/merge-patch+json' },
        }),
      );
  });

  it('S40 a host of another app, of an app to come, and hosts that are more than one', async (test) => {
    const made = await hostileApi(test);
    const { uniqueName } = deployedApp(made.store, made.cid);
    const route = (host: unknown, more: Part = {}): Part => ({
      'x-crane': { route: { port: 80, host, ...more } },
    });
    const taken = /^409 route\.conflict/;
    const invalid = /^422 compose\.invalid/;
    await allRefused(made, [
      ['of another', route(`${uniqueName}.localhost`), taken],
      ['of its service', route(`web.${uniqueName}.localhost`), taken],
      ['with a slash', route(`${uniqueName}.localhost`, { path: '/' }), taken],
      ['with two slashes', route(`${uniqueName}.localhost`, { path: '//' }), taken],
      ['of one to come', route('shop-99.localhost'), taken],
      ['below one to come', route('api.shop-99.localhost'), taken],
      ['in capitals', route(`${uniqueName}.LOCALHOST`), invalid],
      ['with a dot', route(`${uniqueName}.localhost.`), invalid],
      ['all', route('*'), invalid],
      ['a wildcard', route('*.localhost'), invalid],
      ['that closes the matcher', route('x`) || Host(`api'), invalid],
      ['that opens another', route('a`, `b'), invalid],
      ['as a pattern', route('{sub:.+}.localhost'), invalid],
      ['as an address', route('[::1]'), invalid],
      ['with a port', route('a.localhost:80'), invalid],
      ['with a NUL', route('a.localhost\0'), invalid],
      ['with a line end', route('a.localhost\n'), invalid],
      ['in other letters', route('sh\u043ep-1.localhost'), invalid],
      ['empty', route(''), invalid],
      ['a list', route(['a.localhost']), invalid],
      ['a path that closes the matcher', route('a.localhost', { path: '/`)||PathPrefix(`/' }), invalid],
      ['a path of a query', route('a.localhost', { path: '/?x' }), invalid],
    ]);
  });

  it('S35 networks and volumes named like those of another app, or of Crane', async (test) => {
    const made = await hostileApi(test);
    deployedApp(made.store, made.cid);
    const named = (name: string): Case[] => [
      [`network ${name}`, {}, /^(409 app\.conflict|422)/, { networks: { default: { name } } }],
      [
        `volume ${name}`,
        { volumes: ['data:/d'] },
        /^(409 app\.conflict|422)/,
        { volumes: { data: { name } } },
      ],
    ];
    for (const name of ['crane-shop-1_default', 'crane-shop-1_data', 'crane-shop-99_data', 'crane-platform'])
      await allRefused(made, named(name));
    const first = { networks: { default: { name: '0----crane-platform' } } };
    await allRefused(made, [['the platform’s network', {}, /^409 app\.conflict/, first]]);
    for (const name of ['../x', 'a b', '-a', 'a/b', 'a\0', '\u202eabc', 'x'.repeat(300)])
      await allRefused(made, named(name));
  });
});

describe('values that are more than values', () => {
  it('S41 names of variables with =, a line end or a NUL; values with a NUL', async (test) => {
    const made = await hostileApi(test);
    const refusal = /^422 compose\./;
    await allRefused(made, [
      ['=', { environment: { 'A=B': 'c' } }, refusal],
      ['line end', { environment: { 'A\nB': 'c' } }, refusal],
      ['carriage return', { environment: { 'A\rB': 'c' } }, refusal],
      ['NUL', { environment: { 'A\0B': 'c' } }, refusal],
      ['NUL in a value', { environment: { A: 'b\0c' } }, refusal],
      ['NUL in a list', { environment: ['A=b\0c'] }, refusal],
      ['NUL in a command', { command: ['a', 'b\0'] }, refusal],
      ['NUL in a host name', { hostname: 'a\0' }, refusal],
      ['NUL in a folder', { working_dir: '/a\0' }, refusal],
      ['NUL in a user', { user: 'a\0' }, refusal],
      ['NUL in a label', { labels: { a: '\0' } }, refusal],
    ]);
    await made.refused('NUL by a variable', refusal, () =>
      deploy(made, fileOf({ environment: { A: '${B}' } }), { environment: { B: 'x\0y' } }),
    );
  });

  it("S41 a value is what it says: nothing of Crane's own environment is put into it", async (test) => {
    const made = await hostileApi(test);
    process.env['CRANE_TEST_CANARY'] = 'canary';
    test.after(() => delete process.env['CRANE_TEST_CANARY']);
    const environment = { A: '${CRANE_TEST_CANARY}', B: '$PATH', C: 'line\nend', D: '$$literal', E: '`id`' };
    const answer = await check(made, fileOf({ environment, command: '${HOME:-none}' }));
    assert.equal(answer.statusCode, 200, answer.body);
    const { project } = bodyOf(answer);
    const told = JSON.stringify(project);
    assert.ok(!told.includes('canary') && !told.includes(process.env['HOME'] ?? '/root'), told);
    assert.ok(
      told.includes('"A":""') && told.includes('"C":"line\\nend"') && told.includes('"D":"$literal"'),
      told,
    );
  });

  it('S49 replicas that are no number of replicas', async (test) => {
    const made = await hostileApi(test);
    const { uniqueName } = deployedApp(made.store, made.bob);
    const scale = (replicas: unknown) =>
      made.call('bob', 'POST', `/api/v1/apps/${uniqueName}/scale`, {
        payload: { services: { web: replicas } },
      });
    for (const replicas of [-1, 1.5, '3', 1e9, 2 ** 53, null, true, [3], { at: 3 }, 0.1 + 0.2])
      await made.refused(JSON.stringify(replicas), /^422 input\.invalid/, () => scale(replicas));
    await made.refused('more than its max', /^422 input\.invalid .*1 to 3/, () => scale(4));
    const bounds = (min: unknown, max: unknown): Part => ({ 'x-crane': { route: 80, scale: { min, max } } });
    await allRefused(made, [
      ['min above max', bounds(3, 2), /^422 compose\.invalid .*max must not be below min/],
      ['negative', bounds(-1, 2), /^422/],
      ['a fraction', bounds(1.5, 2), /^422/],
      ['a text', bounds('1', 2), /^422/],
      ['without end', bounds(1, 1e9), /^422/],
      ['deploy.replicas negative', { deploy: { replicas: -1 } }, /^422/],
      ['deploy.replicas 1.5', { deploy: { replicas: 1.5 } }, /^422/],
      ['deploy.replicas 1e9', { deploy: { replicas: 1e9 } }, /^(422|403)/],
      ['scale 1e9', { scale: 1e9 }, /^(422|403)/],
    ]);
  });
});

describe('YAML that is built to hurt', () => {
  const letters = 'abcdefghij';
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...Array.from(
      { length: 9 },
      (_, n) => `${letters[n + 1]}: &${letters[n + 1]} [${Array(10).fill(`*${letters[n]}`).join()}]`,
    ),
  ].join('\n');
  const cases: [what: string, text: string][] = [
    ['an alias bomb', bomb],
    ['a bomb of merge keys', `x: &x {a: 1}\nservices: {${Array(5_000).fill('<<: *x').join()}}`],
    ['a value within itself', 'services: &s\n  web: {image: x, x-y: *s}\n'],
    ['a tag that makes an object', 'services: {web: !!python/object/apply:os.system ["id"]}'],
    ['a tag of JavaScript', 'services: {web: {image: !!js/function "() => 1"}, x: !!js/undefined ""}'],
    ['a tag of its own', 'services: !mine [1]'],
    ['a million dashes', `services:\n  ${'- '.repeat(1_000_000)}x`],
    ['a key twice', 'services: {web: {image: a, image: b}}'],
    ['a binary key', 'services: {? !!binary AAAA : {image: x}}'],
    ['a key that is a map', 'services: {? {a: b} : {image: x}}'],
    ['no', 'services: {no: {image: a}}\nvolumes: no'],
    ['a replicas of 0o1_7x', 'services: {web: {image: a, deploy: {replicas: 0o1_7x}}}'],
    ['nothing', ''],
    ['a NUL', 'services: {web: {image: "a\0"}}'],
    ['a tab', 'services:\n\tweb:\n\t\timage: x'],
  ];

  it('S57 bombs, cycles, tags and odd scalars, each within 200 ms of time of its own', async (test) => {
    const made = await hostileApi(test);
    await check(made, fileOf({}));
    for (const [what, text] of cases) {
      let fastestMs = Infinity;
      // Others may be at work on the same machine.
      for (let round = 0; round < 3 && fastestMs > 200; round += 1) {
        const began = process.threadCpuUsage();
        const answer = await check(made, text);
        const { user, system } = process.threadCpuUsage(began);
        fastestMs = Math.min(fastestMs, (user + system) / 1000);
        assert.match(`${answer.statusCode}`, /^(400|413|422)$/, `${what}: ${answer.body.slice(0, 300)}`);
      }
      assert.ok(fastestMs <= 200, `${what}: ${fastestMs.toFixed()} ms`);
      await made.refused(what, /^(400|413|422)/, () => deploy(made, text));
    }
  });

  it('S57 scalars mean what Compose makes of them, and documents are one after the other', async (test) => {
    const made = await hostileApi(test);
    const text = 'services: {web: {image: x, environment: {A: no, B: 0o17, C: 1_000, D: 1e3, E: on}}}';
    const { project } = bodyOf(await check(made, text));
    assert.match(JSON.stringify(project), /"A":"no","B":"15","C":"1_000","D":"1000","E":"on"|"A":"no"/);
    const two = 'services: {web: {image: x}}\n---\nservices: {web: {privileged: true, image: y}}';
    const merged = await check(made, two);
    assert.equal(merged.statusCode, 200, merged.body);
    assert.match(merged.body, /"privileged":true/, 'what the second says is seen, and judged');
  });
});
