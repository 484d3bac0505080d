import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CraneError } from '../../src/core/error/crane-error.ts';
import { createOpaPolicyEngine } from '../../src/policy/opa/create-opa-policy-engine.ts';
import { readPolicies } from '../../src/policy/opa/read-policies.ts';
import { renderBundle, renderOpaArguments } from '../../src/policy/opa/render-bundle.ts';
import { describePolicyContract, someScalingQuestion } from '../../src/policy/policy-contract.ts';
import { isOk, openTestPlatform, until, type TestPlatform } from '../factories/test-platform.ts';

const policies = join(import.meta.dirname, '../../policies');

describe('the shipped policies in the real policy engine', () => {
  let platform: TestPlatform;
  let url: string;
  let revision: string;
  let server: string;

  before(async () => {
    platform = await openTestPlatform();
    const network = await platform.network();
    const folder = await platform.folder();
    const bundle = renderBundle(await readPolicies(policies), { token: 'secret' });
    revision = bundle.revision;
    for (const { path, text } of bundle.files) await platform.write(join(folder, path), text);
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
  });
  after(() => platform?.close());

  const opa = (...command: string[]): ReturnType<TestPlatform['run']> =>
    platform.run({
      part: 'opa',
      name: 'check',
      command,
      host: 6,
      networks: [],
      mounts: [{ folder: policies, path: '/policies' }],
    });

  it('pass their own tests', async () => {
    const { exitCode, output } = await opa('test', '/policies', '--fail-on-empty');
    assert.equal(exitCode, 0, output);
    assert.match(output, /PASS: (\d+)\/\1/);
  });

  it('are covered by their tests to 95 % and more', async () => {
    const { exitCode, output } = await opa('test', '/policies', '--coverage', '--threshold=95');
    assert.equal(exitCode, 0, output.slice(-2_000));
  });

  it('are well formed and strict', async () => {
    const checked = await opa('check', '--strict', '/policies');
    assert.equal(checked.exitCode, 0, checked.output);
    const formatted = await opa('fmt', '--list', '--fail', '/policies');
    assert.equal(formatted.exitCode, 0, formatted.output);
  });

  describePolicyContract('opa', async () => createOpaPolicyEngine({ url, revision }));

  it('name the revision of the bundle, and are refused when another one is in force', async () => {
    const verdict = await createOpaPolicyEngine({ url, revision }).decideScaling(someScalingQuestion());
    assert.equal(verdict.policyRevision, revision);
    await assert.rejects(
      createOpaPolicyEngine({ url, revision: 'other' }).decideScaling(someScalingQuestion()),
      (error: unknown) => error instanceof CraneError && error.code === 'policy.bad_output',
    );
  });

  it('cannot be changed, listed or asked anything else over HTTP', async () => {
    const requests: [string, string][] = [
      ['PUT', '/v1/policies/x'],
      ['GET', '/v1/policies'],
      ['GET', '/v1/data'],
      ['PATCH', '/v1/data/scaling'],
      ['DELETE', '/v1/policies/scaling/scaling.rego'],
      ['POST', '/v1/data/system/authz/allow'],
      ['POST', '/v1/query'],
      ['POST', '/v1/compile'],
      ['POST', '/'],
    ];
    for (const [method, path] of requests) {
      const response = await fetch(`${url}${path}`, {
        method,
        ...(method === 'GET' ? {} : { body: '{}' }),
        signal: AbortSignal.timeout(5_000),
      });
      await response.body?.cancel();
      assert.equal(response.status, 401, `${method} ${path}`);
    }
  });

  it('are missed when the engine hangs', async () => {
    await platform.client.containers.pause(server);
    await assert.rejects(
      createOpaPolicyEngine({ url, timeoutMs: 500 }).decideScaling(someScalingQuestion()),
      (error: unknown) => error instanceof CraneError && error.code === 'policy.unavailable',
    );
  });
});
