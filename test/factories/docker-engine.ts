import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { openEngineClient } from '../../src/runtime/docker/client/open-engine-client.ts';

/** The engine that the docker command would use. Fails with the engine's own message when there is none. */
export async function openTestEngine(changes: { dockerHost?: string } = {}): Promise<EngineClient> {
  const client = await openEngineClient({
    dockerHost: process.env['DOCKER_HOST'],
    dockerContext: process.env['DOCKER_CONTEXT'],
    dockerTlsVerify: process.env['DOCKER_TLS_VERIFY'],
    dockerCertPath: process.env['DOCKER_CERT_PATH'],
    configFolder: process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
    environment: process.env,
    isWindows: process.platform === 'win32',
    ...changes,
  });
  await client.system.ping();
  return client;
}

/** A name no other test run has: `crane-t1a2b3c`. */
export function uniquePrefix(): string {
  return `crane-t${randomBytes(3).toString('hex')}`;
}

/** Removes everything that carries the installation's label, and says what there was. */
export async function removeLeftovers(client: EngineClient, installation: string): Promise<string[]> {
  const filters = { label: [`crane.instance=${installation}`] };
  const containers = await client.containers.list({ all: true, filters });
  for (const { id } of containers) await client.containers.remove(id, { force: true, volumes: true });
  const networks = await client.networks.list({ filters });
  for (const { id } of networks) await client.networks.remove(id);
  const volumes = await client.volumes.list({ filters });
  for (const { name } of volumes) await client.volumes.remove(name);
  return [...containers, ...networks, ...volumes].map(({ name }) => name);
}

/** /28 subnets that no network of the engine uses. */
export async function freeSubnets(client: EngineClient, count: number): Promise<string[]> {
  const used = new Set((await client.networks.list()).flatMap(({ subnets }) => subnets.map(firstThree)));
  const free: string[] = [];
  for (let third = randomBytes(1)[0] ?? 0; free.length < count; third = (third + 1) % 256)
    if (!used.has(`10.211.${third}`)) free.push(`10.211.${third}.0/28`);
  return free;
}

function firstThree(subnet: string): string {
  return subnet.split('.').slice(0, 3).join('.');
}
