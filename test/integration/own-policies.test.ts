import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CraneError } from '../../src/core/error/crane-error.ts';
import { filesOf, layOver } from '../../src/core/policy/policy-draft.ts';
import { policyTextOf } from '../../src/core/policy/policy-revision.ts';
import type { PolicyFile, PolicyPin } from '../../src/core/policy/policy-text.ts';
import type { PolicyWorkbench } from '../../src/core/port/policy.ts';
import { createOpaPolicyEngine } from '../../src/policy/opa/create-opa-policy-engine.ts';
import { createPolicyWorkbench } from '../../src/policy/opa/create-policy-workbench.ts';
import { hashPolicies, renderOpaArguments } from '../../src/policy/opa/render-bundle.ts';
import { readShippedPolicies } from '../../src/policy/opa/read-shipped-policies.ts';
import { someHealingQuestion, someScalingQuestion } from '../../src/policy/policy-contract.ts';
import { createSandbox } from '../../src/runtime/docker/sandbox.ts';
import { isOk, openTestPlatform, partImage, until, type TestPlatform } from '../factories/test-platform.ts';

const policies = join(import.meta.dirname, '../../policies');
const token = 'secret';

function pinTo(rego: string, settings = '{}'): PolicyPin {
  const files = [
    { path: 'scaling/scaling.rego', text: rego },
    { path: 'scaling/data.json', text: settings },
  ];
  const revision = hashPolicies(files);
  return { revision, read: () => policyTextOf('scaling', files, revision) };
}

const fixed = (target: string): string =>
  `package crane.scaling\n\ndecision := {"target": ${target}, "reason": "mine", "perSignal": {}}\n`;
const isBad = (error: unknown): boolean => error instanceof CraneError && error.code === 'policy.bad_output';

describe('policies of people in the real policy engine', () => {
  let platform: TestPlatform;
  let url: string;
  let server: string;
  let workbench: PolicyWorkbench;
  let shipped: PolicyFile[];

  before(async () => {
    platform = await openTestPlatform();
    const network = await platform.network();
    const folder = await platform.folder();
    const { files } = await readShippedPolicies(policies, token);
    for (const { path, text } of files) await platform.write(join(folder, path), text);
    url = `http://${network.address(5)}:8181`;
    server = await platform.start({
      part: 'opa',
      name: 'opa',
      command: renderOpaArguments({ listenAddress: `${network.address(5)}:8181` }),
      host: 5,
      networks: [network.name],
      mounts: [{ folder, path: '/policies' }],
    });
    await until('the policy engine is well', () => isOk(`${url}/health`));
    workbench = createPolicyWorkbench({
      sandbox: createSandbox({ client: platform.client, installation: platform.installation }),
      image: await partImage('opa'),
      policies,
      workDirectory: await platform.folder(),
    });
    shipped = await workbench.shipped();
  });
  after(() => platform?.close());

  const draftOf = (rego: string): PolicyFile[] =>
    filesOf('scaling', layOver(shipped, [{ path: 'scaling/scaling.rego', text: rego }]));

  it('decide beside each other and beside the shipped one, each by its own settings', async () => {
    const engine = createOpaPolicyEngine({ url, token });
    const rules = fixed('data.scaling.target');
    const two = pinTo(rules, '{"target": 2}');
    const three = pinTo(rules, '{"target": 3}');
    const question = someScalingQuestion();
    for (const [pin, target] of [
      [two, 2],
      [three, 3],
      [two, 2],
    ] as const)
      assert.deepEqual(await engine.decideScaling(question, undefined, pin), {
        target,
        reason: 'mine',
        perSignal: {},
        policyRevision: pin.revision,
      });
    assert.equal((await engine.decideScaling(question)).target, 5);
  });

  it('answer as the shipped ones do when they have their text', async () => {
    const { texts, engine: access } = await readShippedPolicies(policies, token);
    const engine = createOpaPolicyEngine({ url, ...access });
    const other = createOpaPolicyEngine({ url, token });
    for (const text of texts) {
      const pin = { revision: access.revision, read: () => text };
      if (text.kind === 'scaling')
        assert.deepEqual(
          await other.decideScaling(someScalingQuestion(), undefined, pin),
          await engine.decideScaling(someScalingQuestion()),
        );
      else
        assert.deepEqual(
          await other.decideHealing(someHealingQuestion(), undefined, pin),
          await engine.decideHealing(someHealingQuestion()),
        );
    }
  });

  it('are no answer when they are undefined, contradict themselves, or answer with something else', async () => {
    const engine = createOpaPolicyEngine({ url, token });
    const bad = [
      'package crane.scaling\n\ndecision := {"target": 1, "reason": "x", "perSignal": {}} if input.nothing\n',
      `${fixed('1')}\ndecision := {"target": 2, "reason": "mine", "perSignal": {}}\n`,
      fixed('-5'),
      fixed('"many"'),
    ];
    for (const rego of bad)
      await assert.rejects(engine.decideScaling(someScalingQuestion(), undefined, pinTo(rego)), isBad, rego);
  });

  it('are given again to an engine that was started anew', async () => {
    const engine = createOpaPolicyEngine({ url, token });
    const pin = pinTo(fixed('4'));
    assert.equal((await engine.decideScaling(someScalingQuestion(), undefined, pin)).target, 4);
    await platform.client.containers.kill(server, 'SIGKILL');
    await platform.client.containers.wait(server, AbortSignal.timeout(10_000));
    await platform.client.containers.start(server);
    await until('it is back', () => isOk(`${url}/health`));
    assert.equal((await engine.decideScaling(someScalingQuestion(), undefined, pin)).target, 4);
  });

  it('are taken from nobody else', async () => {
    const stranger = createOpaPolicyEngine({ url, token: 'other' });
    await assert.rejects(stranger.decideScaling(someScalingQuestion(), undefined, pinTo(fixed('9'))), isBad);
  });

  it('are judged by the engine: places of errors, functions that it may not call, tests', async () => {
    const check = async (rego: string): Promise<readonly string[]> =>
      (await workbench.check(draftOf(rego))).problems;
    assert.deepEqual(await workbench.check(shipped.filter(({ path }) => /^(scaling|healing)\//.test(path))), {
      isOk: true,
      problems: [],
    });
    assert.match(
      (await check('package crane.scaling\n\ndecision := x if {\n  y := 1\n  x := y + "a"\n}\n'))[0] ?? '',
      /^scaling\/scaling.rego:5:8 .*invalid argument/,
    );
    assert.match(
      (await check('package crane.scaling\n\ndecision := {\n'))[0] ?? '',
      /^scaling\/scaling.rego:4:1 /,
    );
    assert.match(
      (await check('package crane.scaling\n\ndecision := numbers.range(1, 1e9)\n'))[0] ?? '',
      /^scaling\/scaling.rego:3:13 undefined function numbers.range/,
    );
    const tested = await workbench.test(draftOf(fixed('1')));
    assert.equal(tested.isOk, false);
    assert.match(tested.problems[0] ?? '', /^scaling\/scaling_test.rego:\d+:\d+ match error/);
    const wrong = await workbench.test(
      layOver(shipped, [{ path: 'scaling/data.json', text: '{"tolerance": 0.5, "staleAfterSeconds": 5}' }]),
    );
    assert.ok(wrong.isOk && wrong.passed > 20, JSON.stringify(wrong));
    assert.deepEqual(await workbench.unformatted(draftOf('package crane.scaling\n\n\n\nx:=1\n')), [
      'scaling/scaling.rego',
    ]);
  });

  it('S78 are asked about recorded questions, and give up at their memory', async () => {
    const questions = [1, 2, 3].map((desired) => someScalingQuestion({ replicas: { desired, ready: 1 } }));
    const rego = fixed('input.replicas.desired');
    const answers = await workbench.decide(draftOf(rego), { kind: 'scaling', questions });
    assert.deepEqual(
      answers.map((answer) => answer !== null && 'target' in answer && answer.target),
      [1, 2, 3],
    );
    const doubling = Array.from(
      { length: 40 },
      (_, index) => `s${index + 1} := concat("", [s${index}, s${index}])`,
    );
    const huge = `package crane.scaling\n\ns0 := input.app\n\n${doubling.join('\n\n')}\n\ndecision := s40\n`;
    await assert.rejects(
      workbench.decide(draftOf(huge), { kind: 'scaling', questions }),
      (error: unknown) => error instanceof CraneError && error.code === 'policy.invalid',
    );
  });
});
