import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { problemSchema } from '../../src/api/schema/problem-schema.ts';
import { fakeWorld } from '../factories/action-deps.ts';
import { startShippedPolicies } from '../factories/shipped-policies.ts';
import { deployedApp, testApi, type TestApi } from '../factories/test-api.ts';
import { openTestPlatform, type TestPlatform } from '../factories/test-platform.ts';

type Service = Record<string, unknown>;
/** What is sent, and what must come back: the status, and the policy or the code. */
type Case = [what: string, service: Service, expected: RegExp, top?: Service];

const bind = (source: string): Service => ({ volumes: [`${source}:/mnt`] });
const port = (published: unknown, more: Service = {}): Service => ({
  ports: [{ target: 80, published, ...more }],
});

const cases: Record<string, Case[]> = {
  'S27 a privileged instance': [['privileged', { privileged: true }, /^403 .*P01/]],
  'S28 a namespace of the machine or of another container': [
    ...['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup'].map((key): Case => [
      `${key} host`,
      { [key]: 'host' },
      /^403 .*P02/,
    ]),
    ['network of another', { network_mode: 'container:other' }, /^403 .*P02/],
  ],
  'S29 a strong capability, however it is written': ['ALL', 'SYS_ADMIN', 'cap_sys_admin', ' sys_ptrace '].map(
    (name): Case => [name, { cap_add: [name] }, /^403 .*P03/],
  ),
  'S30 a device': [
    ['device', { devices: ['/dev/kmsg:/dev/kmsg'] }, /^403 .*P04/],
    ['rule', { device_cgroup_rules: ['c 1:3 mr'] }, /^403 .*P04/],
    ['gpus', { gpus: 'all' }, /^403 .*P04/],
  ],
  'S31 a weakened confinement': [
    'seccomp=unconfined',
    'seccomp:unconfined',
    'apparmor=unconfined',
    'systempaths=unconfined',
    'label:disable',
    'no-new-privileges:false',
  ].map((option): Case => [option, { security_opt: [option] }, /^403 .*P05/]),
  "S32 the engine's socket, whatever its path": [
    '/var/run/docker.sock',
    '/run/docker.sock',
    '//var/run/./docker.sock',
    '/srv/link-to-socket',
    '/run',
    '/run/containerd/containerd.sock',
  ].map((path): Case => [path, bind(path), /^403 .*P06/]),
  'S33 a folder of the machine, in either form': [
    ...['/', '/etc', '/proc', '/sys', '/root'].map((path): Case => [path, bind(path), /^403 .*P07/]),
    ['long form', { volumes: [{ type: 'bind', source: '/etc', target: '/e' }] }, /^403 .*P07/],
    [
      'as a mount',
      { volumes: [{ type: 'bind', source: '/etc', target: '/e', bind: { propagation: 'rprivate' } }] },
      /^403 .*P07/,
    ],
  ],
  'S34 a named volume that is a folder of the machine': [
    [
      'device',
      { volumes: ['data:/d'] },
      /^403 .*P07/,
      { volumes: { data: { driver: 'local', driver_opts: { type: 'none', o: 'bind', device: '/' } } } },
    ],
  ],
  'S35 a volume of somebody else': [
    ['driver', { volumes: ['data:/d'] }, /^403 .*P08/, { volumes: { data: { driver: 'rexray' } } }],
    ['external', { volumes: ['data:/d'] }, /^403 .*P08/, { volumes: { data: { external: true } } }],
    ['volumes_from', { volumes_from: ['container:other'] }, /^403 .*P08/],
  ],
  'S36 a path that leads out of the project': [
    ['dots', bind('../..'), /^(403 .*P07|422)/],
    ['dots inside', bind('./a/../../b'), /^(403 .*P07|422)/],
    ['home', bind('~'), /^(403 .*P07|422)/],
    ['variable', bind('${HOME}'), /^(403 .*P07|422)/],
    ['NUL', bind('/home/bob/x\0y'), /^(403 .*P07|422|400)/],
    ['link', bind('/home/bob/link-to-etc'), /^403 .*P07/],
  ],
  'S37 mounts that spread, and memory as a disk': [
    [
      'rshared',
      { volumes: [{ type: 'bind', source: '/a', target: '/b', bind: { propagation: 'rshared' } }] },
      /^403 .*P09/,
    ],
    ['tmpfs', { tmpfs: ['/x:size=1T'] }, /^(403 .*P09|422)/],
  ],
  'S38 a port that is not to be had': [
    ...['22', '80', '2375', '7070'].map((published): Case => [published, port(published), /^403 .*P10/]),
    ...['65536', '-1'].map((published): Case => [published, port(published), /^(403 .*P10|422)/]),
    ['a range', { ports: ['10000-20000:80'] }, /^(403 .*P10|422)/],
    ['everywhere', port('8081', { host_ip: '0.0.0.0' }), /^403 .*P10/],
  ],
  'S43 an image reference that is none': [
    'UPPER/case',
    `a/${'x'.repeat(300)}`,
    'a@sha256:12',
    'with space',
    'http://registry/x',
    'a@',
  ].map((image): Case => [image, { image }, /^422/]),
  'S44 a registry that is none': [
    '127.0.0.1:2375/x',
    '[::1]:5000/x',
    '169.254.169.254/x',
    'localhost:5000/x',
  ].map((image): Case => [image, { image }, /^(403 .*P13|422)/]),
  'S45 a health check that never ends': [
    ['negative', { healthcheck: { test: 'true', interval: '-1s' } }, /^422/],
    ['a nanosecond', { healthcheck: { test: 'true', interval: '1ns' } }, /^422/],
    ['for ever', { healthcheck: { test: 'true', timeout: '1000000h' } }, /^422/],
    ['retries', { healthcheck: { test: 'true', retries: 2 ** 31 } }, /^422/],
  ],
  'S47 limits that are none': [
    [
      'memory',
      { mem_limit: '0', deploy: { resources: { limits: { memory: '1000g' } } } },
      /^(403 .*P12|422)/,
    ],
    ['negative', { mem_limit: -1 }, /^(403 .*P12|422)/],
    ['nonsense', { mem_limit: 'NaN' }, /^422/],
    ['processors', { cpus: 1e9 }, /^(403 .*P12|422)/],
    ['processes', { pids_limit: -1 }, /^(403 .*P12|422)/],
    ['spared', { oom_score_adj: -1000 }, /^(403 .*P12|422)/],
    ['files', { ulimits: { nofile: 1e9 } }, /^(403 .*P12|422)/],
  ],
  'S48 settings of the kernel, of the runtime, and fields that are none': [
    ['kernel', { sysctls: { 'kernel.shmmax': '1' } }, /^(403|422)/],
    ['kernel as a list', { sysctls: ['kernel.core_pattern=|/x'] }, /^(403|422)/],
    ['the network of the machine', { sysctls: { 'net.ipv4.ip_forward': 1 }, network_mode: 'host' }, /^403/],
    ['a parent group', { cgroup_parent: '/' }, /^(403|422)/],
    ['a runtime', { runtime: 'io.containerd.runc.v2' }, /^(403|422)/],
    ['isolation', { isolation: 'hyperv' }, /^422/],
    ['a credential', { credential_spec: { file: 'x' } }, /^422/],
    ['the engine', { use_api_socket: true }, /^422/],
    ['a field that is none', { privileges: true }, /^422/],
    ['one in capitals', { Privileged: true }, /^422/],
    ['one of the engine', { HostConfig: { Privileged: true } }, /^422/],
    ['one of Crane', { 'x-crane': { exempt: true } }, /^422/],
    ['at the top', {}, /^422/, { nonsense: 1 }],
    ['init as a path', { init: '/bin/sh' }, /^422/],
  ],
  'S52 files of elsewhere': [
    ['extends', { extends: { file: '/etc/passwd', service: 'x' } }, /^422/],
    ['env_file', { env_file: '/etc/passwd' }, /^422/],
  ],
};

const real: Readonly<Record<string, string>> = {
  '/srv/link-to-socket': '/run/docker.sock',
  '/home/bob/link-to-etc': '/etc',
};

describe('what a user may not do with instances', () => {
  let platform: TestPlatform;
  let engine: Awaited<ReturnType<typeof startShippedPolicies>>;
  before(async () => {
    platform = await openTestPlatform();
    engine = await startShippedPolicies(platform);
  });
  after(() => platform?.close());

  const open = (context: Parameters<typeof testApi>[0]): Promise<TestApi> =>
    testApi(context, {
      policy: {
        ...fakeWorld().policy,
        decideAdmission: (...asked) => engine.decideAdmission(...asked),
      },
      host: { realPath: async (path) => real[path] ?? path, sockets: [], ports: [7070, 8080] },
    });

  for (const [title, list] of Object.entries(cases))
    test(`${title} is refused`, async (context) => {
      const { call, store } = await open(context);
      for (const [what, service, expected, top = {}] of list) {
        const file = { services: { web: { image: 'nginx:1.27', ...service } }, ...top };
        const payload = {
          name: 'evil',
          files: [{ path: 'compose.yaml', text: JSON.stringify(file) }],
          directory: '/home/bob/shop',
        };
        const answer = await call('bob', 'POST', '/api/v1/apps', { payload });
        if (answer.statusCode === 202 && expected.test('202')) continue;
        assert.notEqual(answer.statusCode, 202, `${title}: ${what} was let through`);
        const problem = problemSchema.parse(answer.json());
        const told = [problem.detail, ...(problem.errors ?? []).map(({ message }) => message)].join(' ');
        assert.match(`${answer.statusCode} ${told}`, expected, `${title}: ${what}`);
        if (problem.status === 403) assert.equal(problem.type, '/problems/policy-denied', what);
        assert.equal(store.apps.list({ kind: 'all' }).length, 0, `${what} left an app`);
      }
    });

  test('S42 names that a shell would take for commands are refused, and run nothing', async (context) => {
    const { call } = await open(context);
    const canary = join(import.meta.dirname, 'canary');
    for (const name of [`a;touch ${canary}`, '$(id)', '`id`', 'a|b', '-rf', '--privileged']) {
      const text = JSON.stringify({ services: { web: { image: name } } });
      const asName = await call('bob', 'POST', '/api/v1/apps', {
        payload: {
          name,
          files: [{ path: 'compose.yaml', text: '{"services":{"web":{"image":"nginx:1.27"}}}' }],
        },
      });
      const asImage = await call('bob', 'POST', '/api/v1/apps', {
        payload: { name: 'shop', files: [{ path: 'compose.yaml', text }] },
      });
      assert.equal(asName.statusCode, 422, name);
      assert.match(String(asImage.statusCode), /^(422|403)$/, name);
    }
    assert.equal(existsSync(canary), false);
  });

  test('S46 root is warned of, and denied where an admin says so', async (context) => {
    const { call } = await open(context);
    const payload = {
      name: 'root',
      files: [
        {
          path: 'compose.yaml',
          text: JSON.stringify({ services: { web: { image: 'nginx:1.27', user: '0:0' } } }),
        },
      ],
    };
    const first = await call('bob', 'POST', '/api/v1/apps', { payload });
    assert.equal(first.statusCode, 202, first.body);
    assert.match(first.body, /P11/);
    const strict = await call('ada', 'PATCH', '/api/v1/admission/policies/P11', {
      payload: { role: 'user', mode: 'deny' },
    });
    assert.equal(strict.statusCode, 200, strict.body);
    const second = await call('bob', 'POST', '/api/v1/apps', { payload: { ...payload, name: 'root2' } });
    assert.match(`${second.statusCode} ${second.body}`, /^403 .*P11/);
  });

  test('S51 what was deployed before is judged by the policies of today, on every verb', async (context) => {
    const { call, store, bob } = await open(context);
    const app = deployedApp(store, bob);
    await call('ada', 'PATCH', '/api/v1/admission/policies/P13', {
      payload: { params: { registries: ['registry.example.com'] } },
    });
    const url = `/api/v1/apps/${app.uniqueName}`;
    const verbs: [method: 'POST' | 'PATCH', path: string, payload: Record<string, unknown>][] = [
      ['POST', '/scale', { services: { web: 3 } }],
      ['POST', '/restart', {}],
      ['POST', '/clone', {}],
      ['POST', '/start', {}],
      ['PATCH', '', { services: { web: { environment: { A: 'b' } } } }],
    ];
    for (const [method, path, payload] of verbs) {
      const headers = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
      const answer = await call('bob', method, `${url}${path}`, { payload, headers });
      assert.match(`${answer.statusCode} ${answer.body}`, /^403 .*P13/, path);
    }
  });

  test('S53 the engine cannot be reached through Crane', async (context) => {
    const { call } = await open(context);
    for (const path of ['/docker/containers/json', '/plugins/pull', '/swarm/init', '/build', '/v1.41/info'])
      for (const method of ['GET', 'POST'] as const)
        assert.equal((await call('ada', method, path)).statusCode, 404, path);
  });

  test('S85 a user waives nothing and makes no exception', async (context) => {
    const { call } = await open(context);
    const expiresAt = Date.now() + 86_400_000;
    const waiver = { finding: 'CVE-2026-0001', reason: 'because', expiresAt };
    const exception = { policy: 'P01', reason: 'because', expiresAt };
    for (const [url, payload] of [
      ['/api/v1/scan-waivers', waiver],
      ['/api/v1/admission/exceptions', exception],
    ] as const)
      assert.equal((await call('bob', 'POST', url, { payload })).statusCode, 403, url);
    assert.equal(
      (await call('bob', 'PATCH', '/api/v1/admission/policies/P15', { payload: { mode: 'off' } })).statusCode,
      403,
    );
  });
});
