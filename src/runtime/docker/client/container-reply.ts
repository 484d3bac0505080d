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

const attachedNetwork = z
  .object({
    NetworkID: optionalText,
    IPAddress: optionalText,
    GlobalIPv6Address: optionalText,
    Gateway: optionalText,
    Aliases: textList,
  })
  .transform((network) => ({
    networkId: network.NetworkID,
    address: network.IPAddress,
    address6: network.GlobalIPv6Address,
    gateway: network.Gateway,
    aliases: network.Aliases,
  }));

const networkSettings = z
  .object({ Networks: mapOf(attachedNetwork) })
  .nullish()
  .transform((settings) => settings?.Networks ?? {});

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;
/** A state this client does not know counts as dead: never as serving. */
const containerState = z.enum(states).catch('dead');

const healthStates = ['none', 'starting', 'healthy', 'unhealthy'] as const;
const health = z
  .object({
    Status: z.enum(healthStates).catch('none'),
    FailingStreak: optionalNumber,
    Log: listOf(z.object({ ExitCode: optionalNumber, Output: optionalText })),
  })
  .nullish()
  .transform((value) => ({
    status: value?.Status ?? ('none' as const),
    failingStreak: value?.FailingStreak ?? 0,
    lastOutput: value?.Log.at(-1)?.Output ?? '',
  }));

const mount = z
  .object({
    Type: optionalText,
    Name: optionalText,
    Source: optionalText,
    Destination: optionalText,
    RW: optionalFlag,
  })
  .transform((value) => ({
    type: value.Type,
    volume: value.Name,
    source: value.Source,
    destination: value.Destination,
    isReadOnly: !value.RW,
  }));

const limits = z
  .object({
    NanoCpus: optionalNumber,
    CpuQuota: optionalNumber,
    CpuPeriod: optionalNumber,
    Memory: optionalNumber,
  })
  .nullish()
  .transform((host) => ({
    /** Null = no limit. */
    cpuCores: readCores(host?.NanoCpus ?? 0, host?.CpuQuota ?? 0, host?.CpuPeriod ?? 0),
    memoryBytes: (host?.Memory ?? 0) > 0 ? (host?.Memory ?? 0) : null,
  }));

/** The limit is set in billionths of a core, or as a share of a period, which is 100 ms unless set. */
function readCores(nanoCpus: number, quota: number, period: number): number | null {
  if (nanoCpus > 0) return nanoCpus / 1e9;
  return quota > 0 ? quota / (period > 0 ? period : 100_000) : null;
}

const publishedPort = z
  .object({
    IP: optionalText,
    PrivatePort: optionalNumber,
    PublicPort: optionalNumber,
    Type: optionalText,
  })
  .transform((port) => ({
    address: port.IP,
    /** 0 = not published. */
    publicPort: port.PublicPort,
    port: port.PrivatePort,
    protocol: port.Type,
  }));

/** One line of `GET /containers/json`. */
export const containerSummary = z
  .object({
    Id: z.string(),
    Names: textList,
    Image: optionalText,
    ImageID: optionalText,
    Created: optionalNumber,
    State: containerState,
    Status: optionalText,
    Labels: textMap,
    Ports: listOf(publishedPort),
    NetworkSettings: networkSettings,
  })
  .transform((container) => ({
    id: container.Id,
    // A link gives a container a second name under its owner's: `/web/db`.
    name: container.Names.map((name) => name.replace(/^\//, '')).find((name) => !name.includes('/')) ?? '',
    image: container.Image,
    imageId: container.ImageID,
    createdAt: container.Created * 1000,
    state: container.State,
    /** In words, with the health: `Up 3 minutes (healthy)`. */
    status: container.Status,
    labels: container.Labels,
    ports: container.Ports,
    networks: container.NetworkSettings,
  }));
export type ContainerSummary = z.output<typeof containerSummary>;

/** `GET /containers/{id}/json`. Times in milliseconds since the epoch. */
export const containerDetails = z
  .object({
    Id: z.string(),
    Name: optionalText,
    Created: optionalTime,
    Image: optionalText,
    RestartCount: optionalNumber,
    State: z.object({
      Status: containerState,
      Running: optionalFlag,
      OOMKilled: optionalFlag,
      ExitCode: optionalNumber,
      Error: optionalText,
      Pid: optionalNumber,
      StartedAt: optionalTime,
      FinishedAt: optionalTime,
      Health: health,
    }),
    Config: z.object({
      Tty: optionalFlag,
      Labels: textMap,
      Image: optionalText,
      User: optionalText,
      Env: textList,
      StopTimeout: z
        .number()
        .nullish()
        .transform((value) => value ?? null),
    }),
    HostConfig: limits,
    Mounts: listOf(mount),
    NetworkSettings: networkSettings,
  })
  .transform((container) => ({
    id: container.Id,
    name: container.Name.replace(/^\//, ''),
    createdAt: container.Created ?? 0,
    imageId: container.Image,
    restartCount: container.RestartCount,
    state: container.State.Status,
    isRunning: container.State.Running,
    isOomKilled: container.State.OOMKilled,
    exitCode: container.State.ExitCode,
    /** Why it could not be started; empty when it could. */
    error: container.State.Error,
    pid: container.State.Pid,
    startedAt: container.State.StartedAt,
    finishedAt: container.State.FinishedAt,
    health: container.State.Health,
    hasTty: container.Config.Tty,
    labels: container.Config.Labels,
    image: container.Config.Image,
    user: container.Config.User,
    environment: container.Config.Env,
    stopTimeoutSeconds: container.Config.StopTimeout,
    limits: container.HostConfig,
    mounts: container.Mounts,
    networks: container.NetworkSettings,
  }));
export type ContainerDetails = z.output<typeof containerDetails>;

export const createdContainer = z
  .object({ Id: z.string(), Warnings: textList })
  .transform(({ Id, Warnings }) => ({ id: Id, warnings: Warnings }));

export const waitResult = z
  .object({
    StatusCode: z.number(),
    Error: z
      .object({ Message: optionalText })
      .nullish()
      .transform((error) => error?.Message ?? ''),
  })
  .transform(({ StatusCode, Error }) => ({ exitCode: StatusCode, error: Error }));

export const topTable = z
  .object({ Titles: textList, Processes: listOf(z.array(z.string())) })
  .transform(({ Titles, Processes }) => ({ titles: Titles, processes: Processes }));

export const createdExec = z.object({ Id: z.string() }).transform(({ Id }) => Id);
export const execDetails = z
  .object({
    Running: optionalFlag,
    Pid: optionalNumber,
    ExitCode: z
      .number()
      .nullish()
      .transform((value) => value ?? null),
  })
  .transform(({ Running, Pid, ExitCode }) => ({ isRunning: Running, pid: Pid, exitCode: ExitCode }));
