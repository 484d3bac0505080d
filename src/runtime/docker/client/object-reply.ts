import { z } from 'zod';
import {
  listOf,
  mapOf,
  optionalFlag,
  optionalNumber,
  optionalText,
  optionalTime,
  textList,
  textMap,
} from './reply-fields.ts';

/** `GET /images/json`. */
export const imageSummary = z
  .object({
    Id: z.string(),
    RepoTags: textList,
    RepoDigests: textList,
    Labels: textMap,
    Size: optionalNumber,
    Created: optionalNumber,
  })
  .transform((image) => ({
    id: image.Id,
    tags: image.RepoTags.filter(isNamed),
    digests: image.RepoDigests.filter(isNamed),
    labels: image.Labels,
    sizeBytes: image.Size,
    createdAt: image.Created * 1000,
  }));
export type ImageSummary = z.output<typeof imageSummary>;

/** `GET /images/{name}/json`. */
export const imageDetails = z
  .object({
    Id: z.string(),
    RepoTags: textList,
    RepoDigests: textList,
    Created: optionalTime,
    Size: optionalNumber,
    Os: optionalText,
    Architecture: optionalText,
    Config: z
      .object({
        User: optionalText,
        Env: textList,
        Cmd: textList,
        Entrypoint: textList,
        ExposedPorts: mapOf(z.unknown()),
        Volumes: mapOf(z.unknown()),
        Labels: textMap,
        Healthcheck: z.object({ Test: textList }).nullish(),
      })
      .nullish(),
  })
  .transform((image) => ({
    id: image.Id,
    tags: image.RepoTags.filter(isNamed),
    digests: image.RepoDigests.filter(isNamed),
    createdAt: image.Created,
    sizeBytes: image.Size,
    os: image.Os,
    architecture: image.Architecture,
    user: image.Config?.User ?? '',
    environment: image.Config?.Env ?? [],
    command: image.Config?.Cmd ?? [],
    entrypoint: image.Config?.Entrypoint ?? [],
    exposedPorts: Object.keys(image.Config?.ExposedPorts ?? {}),
    volumes: Object.keys(image.Config?.Volumes ?? {}),
    labels: image.Config?.Labels ?? {},
    hasHealthcheck: isCheck(image.Config?.Healthcheck?.Test ?? []),
  }));
export type ImageDetails = z.output<typeof imageDetails>;

/** The engine lists untagged images under `<none>`. */
function isNamed(name: string): boolean {
  return !name.includes('<none>');
}

function isCheck(test: readonly string[]): boolean {
  return test.length > 0 && test[0] !== 'NONE';
}

/** `GET /networks` and `GET /networks/{id}`; the list leaves `containers` empty. */
export const networkDetails = z
  .object({
    Id: z.string(),
    Name: z.string(),
    Driver: optionalText,
    Internal: optionalFlag,
    Labels: textMap,
    IPAM: z.object({ Config: listOf(z.object({ Subnet: optionalText, Gateway: optionalText })) }).nullish(),
    Containers: mapOf(z.object({ Name: optionalText, IPv4Address: optionalText })),
  })
  .transform((network) => ({
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    isInternal: network.Internal,
    labels: network.Labels,
    subnets: (network.IPAM?.Config ?? []).map((config) => config.Subnet).filter((subnet) => subnet !== ''),
    gateways: (network.IPAM?.Config ?? [])
      .map((config) => config.Gateway)
      .filter((gateway) => gateway !== ''),
    /** Container id → its name and address with the prefix length (`172.18.0.2/16`). */
    containers: Object.fromEntries(
      Object.entries(network.Containers).map(([id, at]) => [id, { name: at.Name, address: at.IPv4Address }]),
    ),
  }));
export type NetworkDetails = z.output<typeof networkDetails>;

export const createdNetwork = z.object({ Id: z.string() }).transform(({ Id }) => Id);

export const volumeDetails = z
  .object({
    Name: z.string(),
    Driver: optionalText,
    Mountpoint: optionalText,
    Labels: textMap,
    CreatedAt: optionalTime,
  })
  .transform((volume) => ({
    name: volume.Name,
    driver: volume.Driver,
    mountpoint: volume.Mountpoint,
    labels: volume.Labels,
    createdAt: volume.CreatedAt,
  }));
export type VolumeDetails = z.output<typeof volumeDetails>;
export const volumeList = z.object({ Volumes: listOf(volumeDetails) }).transform(({ Volumes }) => Volumes);

export const versionReply = z
  .object({
    Version: optionalText,
    ApiVersion: optionalText,
    MinAPIVersion: optionalText,
    Os: optionalText,
    Arch: optionalText,
    KernelVersion: optionalText,
  })
  .transform((version) => ({
    version: version.Version,
    apiVersion: version.ApiVersion,
    minApiVersion: version.MinAPIVersion,
    os: version.Os,
    architecture: version.Arch,
    kernel: version.KernelVersion,
  }));
export type EngineVersion = z.output<typeof versionReply>;

export const infoReply = z
  .object({
    ID: optionalText,
    Name: optionalText,
    NCPU: optionalNumber,
    MemTotal: optionalNumber,
    OperatingSystem: optionalText,
    OSType: optionalText,
    Driver: optionalText,
    CgroupVersion: optionalText,
    SecurityOptions: textList,
    DockerRootDir: optionalText,
  })
  .transform((info) => ({
    id: info.ID,
    hostName: info.Name,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    operatingSystem: info.OperatingSystem,
    os: info.OSType,
    storageDriver: info.Driver,
    cgroupVersion: info.CgroupVersion,
    securityOptions: info.SecurityOptions,
    rootFolder: info.DockerRootDir,
  }));
export type EngineInfo = z.output<typeof infoReply>;

/** One line of `GET /events`. */
export const engineEvent = z
  .object({
    Type: optionalText,
    Action: optionalText,
    Actor: z.object({ ID: optionalText, Attributes: textMap }).nullish(),
    time: optionalNumber,
    timeNano: optionalNumber,
  })
  .transform((event) => ({
    type: event.Type,
    action: event.Action,
    id: event.Actor?.ID ?? '',
    attributes: event.Actor?.Attributes ?? {},
    /** Milliseconds since the epoch. */
    at: event.timeNano > 0 ? event.timeNano / 1e6 : event.time * 1000,
  }));
export type EngineEvent = z.output<typeof engineEvent>;

/** One line of a pull, push, load or build. */
export const progressLine = z.object({
  id: optionalText,
  status: optionalText,
  stream: optionalText,
  error: optionalText,
  errorDetail: z.object({ message: optionalText }).nullish(),
  progressDetail: z.object({ current: z.number().nullish(), total: z.number().nullish() }).nullish(),
  /** Of BuildKit: base64. */
  aux: z
    .union([z.looseObject({ ID: optionalText }), z.string()])
    .nullish()
    .catch(null),
});
export type ProgressLine = z.output<typeof progressLine>;
