/**
 * The engine's create payload (`POST /containers/create`), as far as Crane renders it. Field names and units are the
 * Engine API's (1.41 and later), so that policies judge exactly what the engine is told.
 */
export type EngineCreate = {
  Image: string;
  Hostname?: string;
  Domainname?: string;
  User?: string;
  Env?: string[];
  Cmd?: string[];
  Entrypoint?: string[];
  WorkingDir?: string;
  Labels: Record<string, string>;
  ExposedPorts?: Record<string, Record<string, never>>;
  Volumes?: Record<string, Record<string, never>>;
  Healthcheck?: EngineHealthcheck;
  StopSignal?: string;
  StopTimeout?: number;
  Tty?: boolean;
  OpenStdin?: boolean;
  StdinOnce?: boolean;
  AttachStdin?: boolean;
  AttachStdout?: boolean;
  AttachStderr?: boolean;
  MacAddress?: string;
  HostConfig: EngineHostConfig;
  NetworkingConfig?: { EndpointsConfig: Record<string, EngineEndpoint> };
};

/** Durations in nanoseconds. */
export type EngineHealthcheck = {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  Retries?: number;
  StartPeriod?: number;
  StartInterval?: number;
};

export type EngineEndpoint = {
  Aliases?: string[];
  Links?: string[];
  DriverOpts?: Record<string, string>;
  MacAddress?: string;
  GwPriority?: number;
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string; LinkLocalIPs?: string[] };
};

export type EngineMount = {
  Type: 'bind' | 'volume' | 'tmpfs' | 'image' | 'npipe' | 'cluster';
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: { Propagation?: string; NonRecursive?: boolean; CreateMountpoint?: boolean };
  VolumeOptions?: { NoCopy?: boolean; Subpath?: string; Labels?: Record<string, string> };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
  ImageOptions?: { Subpath?: string };
};

export type EngineHostConfig = {
  Binds?: string[];
  Mounts?: EngineMount[];
  NetworkMode?: string;
  PortBindings?: Record<string, { HostIp: string; HostPort: string }[]>;
  RestartPolicy?: { Name: string; MaximumRetryCount?: number };
  CapAdd?: string[];
  CapDrop?: string[];
  SecurityOpt?: string[];
  MaskedPaths?: string[];
  ReadonlyPaths?: string[];
  Privileged?: boolean;
  ReadonlyRootfs?: boolean;
  Init?: boolean;
  PidMode?: string;
  IpcMode?: string;
  UTSMode?: string;
  UsernsMode?: string;
  CgroupnsMode?: string;
  Cgroup?: string;
  CgroupParent?: string;
  GroupAdd?: string[];
  ExtraHosts?: string[];
  Dns?: string[];
  DnsSearch?: string[];
  DnsOptions?: string[];
  Memory?: number;
  MemoryReservation?: number;
  MemorySwap?: number;
  MemorySwappiness?: number;
  OomKillDisable?: boolean;
  OomScoreAdj?: number;
  NanoCpus?: number;
  CpuShares?: number;
  CpuQuota?: number;
  CpuPeriod?: number;
  CpuRealtimePeriod?: number;
  CpuRealtimeRuntime?: number;
  CpuCount?: number;
  CpuPercent?: number;
  CpusetCpus?: string;
  PidsLimit?: number;
  BlkioWeight?: number;
  BlkioWeightDevice?: { Path: string; Weight: number }[];
  BlkioDeviceReadBps?: { Path: string; Rate: number }[];
  BlkioDeviceWriteBps?: { Path: string; Rate: number }[];
  BlkioDeviceReadIOps?: { Path: string; Rate: number }[];
  BlkioDeviceWriteIOps?: { Path: string; Rate: number }[];
  ShmSize?: number;
  Sysctls?: Record<string, string>;
  Tmpfs?: Record<string, string>;
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  DeviceCgroupRules?: string[];
  DeviceRequests?: {
    Driver?: string;
    Count?: number;
    DeviceIDs?: string[];
    Capabilities?: string[][];
    Options?: Record<string, string>;
  }[];
  LogConfig?: { Type: string; Config: Record<string, string> };
  Runtime?: string;
  Isolation?: string;
  VolumesFrom?: string[];
  VolumeDriver?: string;
  StorageOpt?: Record<string, string>;
  Links?: string[];
  Annotations?: Record<string, string>;
};

/**
 * A secret or config that is no file of this machine: written into the instance before it starts, as Compose does. What is
 * in a secret is not part of the spec: it is looked up by its name when the file is written.
 */
export type InstanceFile = {
  path: string;
  /** Permission bits. */
  mode: number;
  uid?: number;
  gid?: number;
} & ({ text: string } | { secret: string });

/** Everything needed to make one instance: the payload, and networks to join after creation. */
export type InstanceSpec = {
  name: string;
  create: EngineCreate;
  files?: readonly InstanceFile[];
  /** `linux/arm64`: what the image must be for; undefined = whatever it is. */
  platform?: string;
  /** Networks beyond the first one of `create.NetworkingConfig`; older engines take only one at creation. */
  moreNetworks: Readonly<Record<string, EngineEndpoint>>;
  /** Hash over everything above; stored in the label `crane.spec`. */
  specHash: string;
};
