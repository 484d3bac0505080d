import type { EngineCreate } from '../../core/service/engine-create.ts';
import { stableHash } from '../../core/service/stable-hash.ts';
import type { PartContainer, PlatformLayout } from './part-settings.ts';

/** What one part's container is made from; paths on this machine are absolute. */
export type PartSpec = {
  part: PartContainer;
  image: string;
  user: string;
  entrypoint: readonly string[];
  arguments: readonly string[];
  /** Folders and files mounted read-only. */
  mounts: readonly { source: string; target: string }[];
  /** Named volume that the part may write to. */
  volume: { name: string; target: string } | null;
  memoryBytes: number;
  /** Published on loopback, and the setting that says where; none for all but the router. */
  publish: readonly { port: number; hostPort: number; variable: string }[];
  /** Texts of the files it reads at start: a change makes the container anew. */
  configuration: readonly string[];
  health: { path: string };
};

/**
 * The engine's create payload of a part: on the platform network with a fixed address, not root, read-only, without
 * capabilities, capped. Pure. The label `crane.spec` tells whether an existing one is still right.
 */
export function renderPart(
  spec: PartSpec,
  layout: PlatformLayout,
  installation: string,
): { name: string; create: EngineCreate } {
  const { publish } = spec;
  const create: EngineCreate = {
    Image: spec.image,
    User: spec.user,
    Entrypoint: [...spec.entrypoint],
    Cmd: [...spec.arguments],
    Labels: {},
    ...(publish.length === 0
      ? {}
      : { ExposedPorts: Object.fromEntries(publish.map(({ port }) => [`${port}/tcp`, {}])) }),
    HostConfig: {
      NetworkMode: layout.network,
      RestartPolicy: { Name: 'unless-stopped' },
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Memory: spec.memoryBytes,
      PidsLimit: 256,
      Tmpfs: { '/tmp': 'rw,noexec,nosuid,size=64m' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } },
      Mounts: [
        ...spec.mounts.map(({ source, target }) => ({
          Type: 'bind' as const,
          Source: source,
          Target: target,
          ReadOnly: true,
        })),
        ...(spec.volume === null
          ? []
          : [
              {
                Type: 'volume' as const,
                Source: spec.volume.name,
                Target: spec.volume.target,
                VolumeOptions: { Labels: { 'crane.instance': installation } },
              },
            ]),
      ],
      ...(publish.length === 0
        ? {}
        : {
            PortBindings: Object.fromEntries(
              publish.map(({ port, hostPort }) => [
                `${port}/tcp`,
                [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }],
              ]),
            ),
          }),
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [layout.network]: {
          IPAMConfig: { IPv4Address: layout.addresses[spec.part] },
          Aliases: [spec.part],
          // The way out, whichever networks of apps the router joins; older engines go by the name.
          GwPriority: 1_000,
        },
      },
    },
  };
  const hash = stableHash({ create, configuration: spec.configuration });
  create.Labels = { 'crane.instance': installation, 'crane.part': spec.part, 'crane.spec': hash };
  return { name: `${layout.prefix}-${spec.part}`, create };
}
