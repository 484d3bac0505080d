import { chooseEndpoint, type EngineAddress } from './choose-endpoint.ts';
import type { ClientEndpoint } from './connect.ts';
import { readDockerConfig, readDockerContexts, readTlsMaterial } from './docker-files.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { createRegistryCredentials } from './registry-credentials.ts';

export type DockerSettings = {
  /** DOCKER_HOST, DOCKER_CONTEXT, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH. */
  dockerHost?: string | undefined;
  dockerContext?: string | undefined;
  dockerTlsVerify?: string | undefined;
  dockerCertPath?: string | undefined;
  /** DOCKER_CONFIG, else `~/.docker`. */
  configFolder: string;
  /** What credential helpers see: PATH, HOME and their own settings. */
  environment: Readonly<Record<string, string | undefined>>;
  isWindows: boolean;
};

/** Chooses the endpoint as the docker command does, reads TLS material and registry logins, and makes the client. Connects to nothing yet. */
export async function openEngineClient(settings: DockerSettings): Promise<EngineClient> {
  const [config, contexts] = await Promise.all([
    readDockerConfig(settings.configFolder),
    readDockerContexts(settings.configFolder),
  ]);
  const { address } = chooseEndpoint({ ...settings, currentContext: config.currentContext, contexts });
  return createEngineClient({
    endpoint: await readEndpoint(address),
    credentials: createRegistryCredentials(
      () => readDockerConfig(settings.configFolder),
      settings.environment,
    ),
  });
}

async function readEndpoint(address: EngineAddress): Promise<ClientEndpoint> {
  if (address.kind === 'socket') return address;
  const { host, port, tls } = address;
  return { kind: 'tcp', host, port, tls: tls === null ? null : await readTlsMaterial(tls) };
}
