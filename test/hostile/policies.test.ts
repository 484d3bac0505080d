import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { refuseLockout } from '../../src/control/refuse-lockout.ts';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { PolicyWorkbench } from '../../src/core/port/policy.ts';
import { createOpaPolicyEngine } from '../../src/policy/opa/create-opa-policy-engine.ts';
import { createPolicyWorkbench } from '../../src/policy/opa/create-policy-workbench.ts';
import type { PolicyFile } from '../../src/policy/opa/render-bundle.ts';
import { createSandbox } from '../../src/runtime/docker/sandbox.ts';
import { shippedPolicies, startOpa } from '../factories/opa-part.ts';
import { unusedUrl } from '../factories/part-server.ts';
import { tempStore } from '../factories/temp-store.ts';
import { deployedApp, problemOf, recordingLog, testApi } from '../factories/test-api.ts';
import { openTestPlatform, partImage, type TestPlatform } from '../factories/test-platform.ts';

const never = new AbortController().signal;
const own = '/api/v1/apps/shop-1/policies/scaling/revisions';
const decision = 'decision := {"target": 1, "reason": "x", "perSignal": {}}\n';
const rego = (rest: string): string => `package crane.scaling\n\n${rest}\n\n${decision}`;

/** Each step asks twice for the one before: 2^40 answers. */
const doubling = Array.from(
  { length: 40 },
  (_, index) => `s${index + 1} := concat("", [s${index}, s${index}])`,
).join('\n\n');

/** A draft, and where in it the engine or Crane sees the mistake. */
const bad: [what: string, text: string, place: RegExp][] = [
  ['a syntax error', rego('x := {'), /^scaling\/scaling\.rego:\d+:\d+ /],
  [
    'http.send',
    rego('x := http.send({"url": "http://169.254.169.254/"})'),
    /:3:6 http\.send is not possible/,
  ],
  ['net.*', rego('x := net.lookup_ip_addr("example.com")'), /:3:6 net\.lookup_ip_addr is not possible/],
  ['opa.runtime', rego('x := opa.runtime().env'), /:3:6 opa\.runtime is not possible/],
  ['a function in disguise', rego('x := count(1) with count as http.send'), /:3:15 with is not possible/],
  ['the policy of the engine itself', 'package system.authz\n\nallow := true\n', /:1:1 it must begin with/],
  ['data of others', rego('x := data.system.credential'), /:3:6 only data\.scaling/],
  [
    'what makes much of little',
    rego('x := numbers.range(1, 1000000000)'),
    /:3:6 undefined function numbers\.range/,
  ],
];

describe('policies that people write', () => {
  let platform: TestPlatform;
  let workbench: PolicyWorkbench;
  before(async () => {
    platform = await openTestPlatform();
    workbench = createPolicyWorkbench({
      sandbox: createSandbox({ client: platform.client, installation: platform.installation }),
      image: await partImage('opa'),
      policies: shippedPolicies,
      workDirectory: await platform.folder(),
    });
  });
  after(() => platform?.close());

  /** The API with the real workbench; bob saves and activates policies of his app. */
  async function people(test: TestContext) {
    const { store } = tempStore(test);
    const { call, bob } = await testApi(test, {}, store, { policyWorkbench: workbench });
    deployedApp(store, bob);
    const post = async (url: string, payload: object) => call('bob', 'POST', url, { payload });
    return {
      call,
      store,
      save: async (text: string, path = 'scaling/scaling.rego', more: PolicyFile[] = []) =>
        post(own, { files: [{ path, text }, ...more], note: '' }),
      activate: async (number: number) => post(`${own}:activate`, { number, note: '' }),
    };
  }

  it('S78 that reach outside, are no Rego, or are too large: refused with the place', async (test) => {
    const { save, store } = await people(test);
    for (const [what, text, place] of bad) {
      const { errors = [] } = problemOf(await save(text), 422, 'policy.invalid');
      assert.match(errors[0]?.message ?? '', place, what);
    }
    problemOf(await save(`# ${'x'.repeat(1_000_000)}`), 422, 'input.invalid');
    for (const path of [
      'access/access.rego',
      'system/authz.rego',
      '../access/data.json',
      'scaling/../x.rego',
    ])
      problemOf(await save(rego(''), path), 422, 'input.invalid');
    assert.deepEqual(store.policies.list({ appId: 1, kind: 'scaling' }), []);
  });

  it('S78 that would take for ever: not put into force', async (test) => {
    const { save, activate, store } = await people(test);
    const text = `package crane.scaling\n\ns0 := input.app\n\n${doubling}\n\n${decision.replace('1', 'count(s40)')}`;
    const tests =
      'package crane.scaling_test\n\nimport data.crane.scaling\n\n' +
      'test_it if scaling.decision.target > 0 with input as {"app": "shop-1"}\n';
    const saved = await save(text, 'scaling/scaling.rego', [
      { path: 'scaling/scaling_test.rego', text: tests },
    ]);
    assert.equal(saved.statusCode, 201, saved.body);
    const { errors = [] } = problemOf(await activate(1), 422, 'policy.invalid');
    assert.match(errors[0]?.message ?? '', /memory|longer than/);
    assert.equal(store.policies.active({ appId: 1, kind: 'scaling' }), null);
  });

  it('S79 an access policy that locks every admin out: nothing starts with it, and it cannot be sent', async (test) => {
    const { save, call } = await people(test);
    const token = 'secret';
    const { log, logged } = recordingLog();
    const start = async (change: (files: PolicyFile[]) => PolicyFile[] = (files) => files): Promise<void> =>
      refuseLockout(
        { policy: createOpaPolicyEngine(await startOpa(platform, { token, change })), log },
        never,
      );
    await start();
    const nobody = replace('access/data.json', '"admin": {', '"nobody": {');
    const silent = replace('access/access.rego', 'default decision :=', 'default decided :=');
    const denying = replace(
      'access/access.rego',
      '\tis_granted\n\tis_in_token',
      '\tinput.role == "user"\n\tis_granted',
    );
    for (const [change, why] of [
      [nobody, /admin may not view self/],
      [(files: PolicyFile[]) => nobody(silent(files)), /getMe is refused to them \(/],
      [denying, /locks every admin out/],
    ] as const)
      await assert.rejects(start(change), (error) => {
        assert.ok(error instanceof CraneError && error.code === 'policy.invalid', String(error));
        assert.match(error.message, why);
        return true;
      });
    const down = createOpaPolicyEngine({ url: await unusedUrl() });
    await refuseLockout({ policy: down, log }, never);
    assert.equal(logged.length, 1, 'an engine that is down locks nobody out for good');
    problemOf(
      await save('package crane.access\n\nallow := false\n', 'access/access.rego'),
      422,
      'input.invalid',
    );
    const payload = { files: [], note: '' };
    problemOf(
      await call('ada', 'POST', '/api/v1/policies/access/revisions', { payload }),
      422,
      'input.invalid',
    );
  });
});

/** The same policies, where one file says something else. */
function replace(path: string, what: string, by: string): (files: PolicyFile[]) => PolicyFile[] {
  return (files) =>
    files.map((file) => {
      if (file.path !== path) return file;
      assert.ok(file.text.includes(what), `${path} says ${what}`);
      return { path, text: file.text.replace(what, by) };
    });
}
