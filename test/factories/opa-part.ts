import { join } from 'node:path';
import { readPolicies } from '../../src/policy/opa/read-policies.ts';
import { renderBundle, renderOpaArguments, type PolicyFile } from '../../src/policy/opa/render-bundle.ts';
import { isOk, until, type TestPlatform } from './test-platform.ts';

export const shippedPolicies = join(import.meta.dirname, '../../policies');

/** A real policy engine that is well, with the shipped policies as `change` makes them. */
export async function startOpa(
  platform: TestPlatform,
  { token, change = (files) => files }: { token: string; change?: (files: PolicyFile[]) => PolicyFile[] },
): Promise<{ url: string; revision: string; token: string }> {
  const network = await platform.network();
  const folder = await platform.folder();
  const { files, revision } = renderBundle(change(await readPolicies(shippedPolicies)), { token });
  for (const { path, text } of files) await platform.write(join(folder, path), text);
  const url = `http://${network.address(5)}:8181`;
  await platform.start({
    part: 'opa',
    name: `opa-${revision}`,
    command: renderOpaArguments({ listenAddress: `${network.address(5)}:8181` }),
    host: 5,
    networks: [network.name],
    mounts: [{ folder, path: '/policies' }],
  });
  await until('the policy engine is well', () => isOk(`${url}/health`));
  return { url, revision, token };
}
