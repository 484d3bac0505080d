import type { XCraneService } from './x-crane.ts';

/** The resolved model, in the canonical form of the Compose Specification. */
export type ComposeProject = {
  name: string;
  services: Record<string, ComposeService>;
  networks?: Record<string, ComposeNetwork>;
  volumes?: Record<string, ComposeVolume>;
};

export type ComposePort = {
  mode?: string;
  target: number;
  published?: string;
  protocol?: string;
  host_ip?: string;
  name?: string;
  app_protocol?: string;
};
export type ComposeMount = {
  type: 'bind' | 'volume' | 'tmpfs' | 'image' | 'npipe' | 'cluster';
  source?: string;
  target: string;
  read_only?: boolean;
  bind?: { propagation?: string; create_host_path?: boolean };
  volume?: { nocopy?: boolean; subpath?: string };
  tmpfs?: { size?: string | number; mode?: number };
};
export type ComposeHealthcheck = {
  test?: string[];
  interval?: string;
  timeout?: string;
  retries?: number;
  start_period?: string;
  start_interval?: string;
  disable?: boolean;
};
export type ComposeDependency = {
  condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  restart?: boolean;
  required?: boolean;
};
export type ComposeEndpoint = {
  aliases?: string[];
  ipv4_address?: string;
  ipv6_address?: string;
  priority?: number;
} | null;
export type ComposeNetwork = {
  name?: string;
  driver?: string;
  driver_opts?: Record<string, string | number>;
  internal?: boolean;
  external?: boolean;
  labels?: Record<string, string>;
  ipam?: { config?: { subnet?: string; gateway?: string }[] };
};
export type ComposeVolume = {
  name?: string;
  driver?: string;
  driver_opts?: Record<string, string | number>;
  external?: boolean;
  labels?: Record<string, string>;
};

export type ComposeService = {
  image?: string;
  build?: unknown;
  command?: string[] | null;
  entrypoint?: string[] | null;
  environment?: Record<string, string | null>;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ports?: ComposePort[];
  expose?: string[];
  volumes?: ComposeMount[];
  networks?: Record<string, ComposeEndpoint>;
  network_mode?: string;
  depends_on?: Record<string, ComposeDependency>;
  healthcheck?: ComposeHealthcheck;
  deploy?: {
    replicas?: number;
    resources?: {
      limits?: { cpus?: string | number; memory?: string; pids?: number };
      reservations?: { memory?: string; cpus?: string | number };
    };
    update_config?: {
      parallelism?: number;
      order?: 'start-first' | 'stop-first';
      delay?: string;
      failure_action?: string;
      monitor?: string;
    };
    restart_policy?: { condition?: string };
    labels?: Record<string, string>;
  };
  restart?: string;
  user?: string;
  working_dir?: string;
  hostname?: string;
  domainname?: string;
  mac_address?: string;
  stop_signal?: string;
  stop_grace_period?: string;
  tty?: boolean;
  stdin_open?: boolean;
  init?: boolean;
  privileged?: boolean;
  read_only?: boolean;
  cap_add?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  group_add?: (string | number)[];
  mem_limit?: string;
  mem_reservation?: string;
  memswap_limit?: string;
  mem_swappiness?: string | number;
  cpus?: string | number;
  cpu_shares?: string | number;
  cpu_quota?: string | number;
  cpu_period?: string | number;
  cpuset?: string;
  pids_limit?: number;
  shm_size?: string;
  oom_kill_disable?: boolean;
  oom_score_adj?: number;
  cgroup_parent?: string;
  pid?: string;
  ipc?: string;
  uts?: string;
  userns_mode?: string;
  cgroup?: string;
  runtime?: string;
  extra_hosts?: string[];
  dns?: string[];
  dns_search?: string[];
  dns_opt?: string[];
  sysctls?: Record<string, string | number>;
  ulimits?: Record<string, number | { soft: number; hard: number }>;
  tmpfs?: string[];
  devices?: { source: string; target?: string; permissions?: string }[];
  device_cgroup_rules?: string[];
  links?: string[];
  logging?: { driver?: string; options?: Record<string, string | number | null> };
  pull_policy?: string;
  profiles?: string[];
  'x-crane'?: XCraneService;
};
