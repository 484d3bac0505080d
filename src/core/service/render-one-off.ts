import type { ComposeService } from '../compose/compose-project.ts';
import { defined } from './defined.ts';
import type { EngineEndpoint, InstanceSpec } from './engine-create.ts';
import { renderInstance, type InstanceRequest } from './render-instance.ts';
import { stableHash } from './stable-hash.ts';

/** What a one-off instance has that its service does not. */
export type OneOff = {
  /** Unguessable; part of the name. */
  id: string;
  /** Empty = the service's own command. */
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
  user: string | null;
  workingDir: string | null;
  hasTty: boolean;
  hasInput: boolean;
};

/** Label that tells a one-off from an instance; without a slot it never counts as a replica. */
export const runLabel = 'crane.run';

/**
 * One more instance of a release's service, made once: the same image, limits, networks and volumes, as `docker compose run` has it. It answers to no
 * name of the service, publishes no port, has no fixed address and no health check, and is never started again.
 */
export function renderOneOff(request: InstanceRequest, oneOff: OneOff): InstanceSpec {
  const { create, moreNetworks, files, platform } = renderInstance({
    ...request,
    spec: specOf(request.spec, oneOff),
    slot: 1,
  });
  const { 'crane.slot': _slot, ...labels } = create.Labels;
  const endpoints = create.NetworkingConfig?.EndpointsConfig;
  const { MacAddress: _mac, ...rest } = create;
  const made = {
    ...rest,
    Labels: { ...labels, 'com.docker.compose.oneoff': 'True', [runLabel]: oneOff.id },
    OpenStdin: oneOff.hasInput,
    AttachStdin: oneOff.hasInput,
    // With it the engine ends the input when the client's ends.
    StdinOnce: oneOff.hasInput,
    Tty: oneOff.hasTty,
    HostConfig: { ...create.HostConfig, RestartPolicy: { Name: 'no' } },
    ...(endpoints === undefined ? {} : { NetworkingConfig: { EndpointsConfig: nameless(endpoints) } }),
  };
  const networks = nameless(moreNetworks);
  const specHash = stableHash({ create: made, moreNetworks: networks });
  return {
    name: `${request.prefix}-${request.app}-${request.service}-run-${oneOff.id}`,
    create: { ...made, Labels: { ...made.Labels, 'crane.spec': specHash } },
    moreNetworks: networks,
    ...defined<Pick<InstanceSpec, 'files' | 'platform'>>({ files, platform }),
    specHash,
  };
}

function specOf(spec: ComposeService, oneOff: OneOff): ComposeService {
  const { ports: _ports, expose: _expose, healthcheck: _healthcheck, ...rest } = spec;
  return {
    ...rest,
    healthcheck: { disable: true },
    environment: { ...spec.environment, ...oneOff.environment },
    ...(oneOff.command.length === 0 ? {} : { command: [...oneOff.command] }),
    ...defined<Pick<ComposeService, 'user' | 'working_dir'>>({
      user: oneOff.user ?? spec.user,
      working_dir: oneOff.workingDir ?? spec.working_dir,
    }),
  };
}

/** On the networks, but not reached by the names or addresses of the service. */
function nameless(endpoints: Readonly<Record<string, EngineEndpoint>>): Record<string, EngineEndpoint> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([network, { DriverOpts, GwPriority }]) => [
      network,
      defined<EngineEndpoint>({ DriverOpts, GwPriority }),
    ]),
  );
}
