import { join } from 'node:path';
import { createOpaPolicyEngine } from '../../src/policy/opa/create-opa-policy-engine.ts';
import { readPolicies } from '../../src/policy/opa/read-policies.ts';
import { renderBundle, renderOpaArguments } from '../../src/policy/opa/render-bundle.ts';
import { isOk, until, type TestPlatform } from './test-platform.ts';

/** The real policy engine with the shipped policies, in a container of this test. */
export async function startShippedPolicies(
  platform: TestPlatform,
): Promise<ReturnType<typeof createOpaPolicyEngine>> {
  const network = await platform.network();
  const folder = await platform.folder();
  const { files, revision } = renderBundle(await readPolicies(join(import.meta.dirname, '../../policies')), {
    token: 'secret',
  });
  for (const { path, text } of files) await platform.write(join(folder, path), text);
  const url = `http://${network.address(5)}:8181`;
  await platform.start({
    part: 'opa',
    name: 'opa',
    command: renderOpaArguments({ listenAddress: `${network.address(5)}:8181` }),
    host: 5,
    networks: [network.name],
    mounts: [{ folder, path: '/policies' }],
  });
  await until('the policy engine is well', () => isOk(`${url}/health`));
  return createOpaPolicyEngine({ url, revision, token: 'secret' });
}
