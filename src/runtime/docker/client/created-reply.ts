import { z } from 'zod';
import type { CreatedPayload } from '../../../core/admission/created-payload.ts';
import { defined } from '../../../core/service/defined.ts';
import type { EngineHostConfig, EngineMount } from '../../../core/service/engine-create.ts';

/** The engine nulls, zeroes and empties what was not asked: all of that is absent here. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === '' ? undefined : value));
const flag = z
  .boolean()
  .nullish()
  .transform((value) => (value === true ? true : undefined));
const number = z
  .number()
  .nullish()
  .transform((value) => (value === null || value === 0 ? undefined : value));
const listOf = <T>(item: z.ZodType<T>) =>
  z
    .array(item)
    .nullish()
    .transform((value) => (value === null || value?.length === 0 ? undefined : value));
const mapOf = <T>(item: z.ZodType<T>) =>
  z
    .record(z.string(), item)
    .nullish()
    .transform((value) => (value === null || Object.keys(value ?? {}).length === 0 ? undefined : value));
const texts = listOf(z.string());

const mount = z
  .object({
    Type: z.enum(['bind', 'volume', 'tmpfs', 'image', 'npipe', 'cluster']),
    Source: text,
    Target: z.string(),
    ReadOnly: flag,
    BindOptions: z.object({ Propagation: text }).nullish(),
    TmpfsOptions: z.object({ SizeBytes: number }).nullish(),
  })
  .transform(({ Type, Source, Target, ReadOnly, BindOptions: bind, TmpfsOptions: tmpfs }) =>
    defined<EngineMount>({
      Type,
      Source,
      Target,
      ReadOnly,
      BindOptions: bind?.Propagation === undefined ? undefined : { Propagation: bind.Propagation },
      TmpfsOptions: tmpfs?.SizeBytes === undefined ? undefined : { SizeBytes: tmpfs.SizeBytes },
    }),
  );
const deviceRequest = z
  .object({ Driver: text })
  .transform(({ Driver }) => (Driver === undefined ? {} : { Driver }));
const binding = z
  .object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })
  .transform(({ HostIp, HostPort }) => ({ HostIp: HostIp ?? '', HostPort: HostPort ?? '' }));

const hostConfig = z.object({
  Binds: texts,
  Mounts: listOf(mount),
  Tmpfs: mapOf(z.string()),
  ShmSize: number,
  VolumesFrom: texts,
  VolumeDriver: text,
  NetworkMode: text,
  PidMode: text,
  IpcMode: text,
  UTSMode: text,
  UsernsMode: text,
  Privileged: flag,
  CapAdd: texts,
  CapDrop: texts,
  SecurityOpt: texts,
  // Here an empty list says something: nothing is hidden.
  MaskedPaths: z.array(z.string()).nullish(),
  ReadonlyPaths: z.array(z.string()).nullish(),
  ReadonlyRootfs: flag,
  Devices: listOf(
    z.object({ PathOnHost: z.string(), PathInContainer: z.string(), CgroupPermissions: z.string() }),
  ),
  DeviceCgroupRules: texts,
  DeviceRequests: listOf(deviceRequest),
  PortBindings: mapOf(
    z
      .array(binding)
      .nullish()
      .transform((list) => list ?? []),
  ),
  // No limit is a finding of its own.
  Memory: z
    .number()
    .nullish()
    .transform((value) => value ?? 0),
  NanoCpus: number,
  CpuQuota: number,
  CpuPeriod: number,
  PidsLimit: number,
  OomScoreAdj: number,
  OomKillDisable: flag,
  Ulimits: listOf(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() })),
});

/** `GET /containers/{id}/json`, read for what admission judges. */
export const createdPayload = z
  .object({ Config: z.object({ User: text }), HostConfig: hostConfig })
  .transform(({ Config, HostConfig: host }): CreatedPayload => {
    const { MaskedPaths, ReadonlyPaths, ...rest } = host;
    // Of what is privileged the engine hides nothing in any case.
    const paths = host.Privileged === true ? {} : { MaskedPaths, ReadonlyPaths };
    const given = {
      MaskedPaths: paths.MaskedPaths ?? undefined,
      ReadonlyPaths: paths.ReadonlyPaths ?? undefined,
    };
    return {
      ...(Config.User === undefined ? {} : { User: Config.User }),
      Privileges: defined<Partial<EngineHostConfig>>({ ...rest, ...given }),
    };
  });
