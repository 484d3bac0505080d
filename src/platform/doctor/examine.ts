import { toCraneError } from '../../core/error/crane-error.ts';
import type { Parts } from '../../core/port/parts.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { EngineInfo } from '../../runtime/docker/client/object-reply.ts';
import { findControlProcess } from '../control-process.ts';
import { findInstallation } from '../installation.ts';
import { observePorts } from '../port-use.ts';
import { failed, ok, type Check } from './check.ts';
import { judgeControl, judgeImages, judgeNetworks, judgePart, judgePort } from './judge-platform.ts';
import { observeMachine, readGo, readInterfaces } from './observe-machine.ts';

type Request = {
  client: EngineClient;
  parts: Parts;
  dataFolder: string;
  subnets: string;
  apiPort: number;
  routerPort: number;
  tlsPort: number;
  imageTags: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
};

/** What is missing or wrong on this machine, each with the fix. Changes nothing. */
export async function examine(request: Request): Promise<{ ok: boolean; checks: Check[] }> {
  const { client, dataFolder, environment } = request;
  const engine = await examineEngine(request);
  const isLocal = client.where.startsWith('unix://');
  const installation = findInstallation(dataFolder);
  const checks = [
    engine.check,
    ...(await observeMachine({ dataFolder, environment, info: engine.info, isLocal })),
    ...(await observePorts({ ...request, installation })).map(({ wanted, use }) => judgePort(wanted, use)),
    ...(engine.info === null
      ? []
      : [await examineNetworks(request, installation), await examineImages(request)]),
    ...(await examineParts(request)),
  ];
  return { ok: checks.every((check) => check.state !== 'failed'), checks };
}

async function examineEngine({
  client,
  signal,
}: Request): Promise<{ check: Check; info: EngineInfo | null }> {
  try {
    const { version } = await client.system.version(signal);
    const info = await client.system.info(signal);
    const api = await client.apiVersion(signal);
    const text = `engine ${version}, API ${api}, storage ${info.storageDriver}, at ${client.where}`;
    return { check: ok('docker', text), info };
  } catch (error) {
    const { message, facts } = toCraneError(error);
    return { check: failed('docker', message, facts.fix ?? 'Run: crane up'), info: null };
  }
}

async function examineNetworks(
  { client, subnets, signal }: Request,
  installation: string | null,
): Promise<Check> {
  const networks = await client.networks.list({}, signal);
  return judgeNetworks({
    range: subnets,
    networks: networks.map((network) => ({
      name: `the network ${network.name}`,
      subnets: network.subnets,
      isOurs: installation !== null && network.labels['crane.instance'] === installation,
    })),
    interfaces: readInterfaces(),
  });
}

async function examineImages({ client, imageTags, environment, signal }: Request): Promise<Check> {
  const missing: string[] = [];
  for (const tag of imageTags) if ((await client.images.find(tag, signal)) === null) missing.push(tag);
  const go = missing.length === 0 ? null : await readGo(environment);
  return judgeImages({ tags: imageTags.length, missing, go });
}

async function examineParts({ parts, dataFolder, signal }: Request): Promise<Check[]> {
  const isUp = findControlProcess(dataFolder) !== null;
  // The engine has its own check; the scanner is its image.
  const states = (await parts.observe(signal)).filter(({ name }) => name !== 'docker' && name !== 'trivy');
  return [judgeControl(isUp), ...states.map((part) => judgePart(part, isUp))];
}
