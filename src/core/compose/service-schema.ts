import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { xCraneSchema } from './x-crane.ts';

/** Short forms become long ones while a service is checked; everything Crane does not know is an error, nothing is dropped. */
const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'must be a duration such as 10s or 1m30s');
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const stringOrList = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const command = z.union([z.string().transform(splitWords), z.array(z.string()), z.null()]);
const bytes = z.union([z.string(), z.number()]).transform((value, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(String(value));
  if (match === null) {
    context.addIssue('must be a size such as 512m or 1g');
    return z.NEVER;
  }
  return String(
    Math.round(Number(match[1]) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase())),
  );
});

/** `KEY=value` lists and maps both become maps; a key without a value is null (taken from the environment). */
const pairs = z.union([
  z.record(z.string(), z.union([scalar, z.null()])),
  z
    .array(z.string())
    .transform((list) =>
      Object.fromEntries(
        list.map((entry) =>
          entry.includes('=')
            ? [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]
            : [entry, null],
        ),
      ),
    ),
]);
const labels = pairs.transform((map) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? ''])),
);

const portNumber = z.coerce.number().int().min(1).max(65535);
const port = z.union([z.number(), z.string()]).transform((value, context) => {
  const match =
    /^(?:(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):)?(\d{0,5}):)?(\d{1,5})(?:\/(tcp|udp))?$/.exec(
      String(value),
    );
  const target = portNumber.safeParse(match?.[3]);
  const published = match?.[2] === undefined || match[2] === '' ? undefined : portNumber.safeParse(match[2]);
  if (match === null || !target.success || published?.success === false) {
    context.addIssue(
      `container port must be 1-65535 (saw ${JSON.stringify(value)}); use a number such as 8080 or "8080:80"`,
    );
    return z.NEVER;
  }
  return {
    mode: 'ingress',
    target: target.data,
    ...(published === undefined ? {} : { published: String(published.data) }),
    protocol: match[4] ?? 'tcp',
    ...(match[1] === undefined ? {} : { host_ip: match[1] }),
  };
});
const longPort = z.strictObject({
  name: z.string().optional(),
  mode: z.string().optional(),
  target: portNumber,
  published: z.union([z.string(), z.number()]).transform(String).optional(),
  protocol: z.enum(['tcp', 'udp']).optional(),
  host_ip: z.string().optional(),
  app_protocol: z.string().optional(),
});

const mountType = z.enum(['bind', 'volume', 'tmpfs']);
const shortMount = z.string().transform((text, context) => {
  const [first = '', second, mode] = text.split(':');
  if (first === '' || text.split(':').length > 3) {
    context.addIssue(`a mount is SOURCE:TARGET[:ro] (saw ${JSON.stringify(text)})`);
    return z.NEVER;
  }
  const readOnly = mode?.split(',').includes('ro') === true ? { read_only: true } : {};
  if (second === undefined) return { type: 'volume' as const, target: first };
  const isPath = /^[./~]/.test(first);
  return {
    type: isPath ? ('bind' as const) : ('volume' as const),
    source: first,
    target: second,
    ...readOnly,
    ...(isPath ? { bind: { create_host_path: true } } : {}),
  };
});
const longMount = z.strictObject({
  type: mountType,
  source: z.string().optional(),
  target: z.string(),
  read_only: z.boolean().optional(),
  bind: z
    .strictObject({ propagation: z.string().optional(), create_host_path: z.boolean().optional() })
    .optional(),
  volume: z.strictObject({ nocopy: z.boolean().optional(), subpath: z.string().optional() }).optional(),
  tmpfs: z.strictObject({ size: bytes.optional(), mode: z.number().optional() }).optional(),
});

const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);
const dependsOn = z.union([
  z
    .array(z.string())
    .transform((list) =>
      Object.fromEntries(
        list.map((name) => [name, { condition: 'service_started' as const, required: true }]),
      ),
    ),
  z.record(
    z.string(),
    z.strictObject({ condition, restart: z.boolean().optional(), required: z.boolean().default(true) }),
  ),
]);
const endpoint = z.union([
  z.null(),
  z.strictObject({
    aliases: z.array(z.string()).optional(),
    ipv4_address: z.string().optional(),
    ipv6_address: z.string().optional(),
    priority: z.number().optional(),
  }),
]);
const networks = z.union([
  z.array(z.string()).transform((list) => Object.fromEntries(list.map((name) => [name, null]))),
  z.record(z.string(), endpoint),
]);
const healthcheck = z.strictObject({
  test: z.union([z.string().transform((text) => ['CMD-SHELL', text]), z.array(z.string())]).optional(),
  interval: duration.optional(),
  timeout: duration.optional(),
  retries: z.number().int().optional(),
  start_period: duration.optional(),
  start_interval: duration.optional(),
  disable: z.boolean().optional(),
});
const resources = z.strictObject({
  cpus: z.union([z.string(), z.number()]).optional(),
  memory: bytes.optional(),
  pids: z.number().int().optional(),
});
const deploy = z.strictObject({
  replicas: z.number().int().min(0).max(1000).optional(),
  resources: z.strictObject({ limits: resources.optional(), reservations: resources.optional() }).optional(),
  update_config: z
    .strictObject({
      parallelism: z.number().int().min(0).optional(),
      order: z.enum(['start-first', 'stop-first']).optional(),
      delay: duration.optional(),
      failure_action: z.string().optional(),
      monitor: duration.optional(),
    })
    .optional(),
  restart_policy: z
    .strictObject({
      condition: z.enum(['none', 'on-failure', 'any']).optional(),
      delay: duration.optional(),
      max_attempts: z.number().optional(),
      window: duration.optional(),
    })
    .optional(),
  labels: labels.optional(),
});
const text = z.string();
const flag = z.boolean();
const amount = z.union([z.string(), z.number()]);

export const serviceSchema = z.strictObject({
  image: text.optional(),
  build: z.unknown().optional(),
  command: command.optional(),
  entrypoint: command.optional(),
  environment: pairs.optional(),
  labels: labels.optional(),
  annotations: labels.optional(),
  ports: z.array(z.union([port, longPort])).optional(),
  expose: z.array(scalar).optional(),
  volumes: z.array(z.union([shortMount, longMount])).optional(),
  networks: networks.optional(),
  network_mode: text.optional(),
  depends_on: dependsOn.optional(),
  healthcheck: healthcheck.optional(),
  deploy: deploy.optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']).optional(),
  user: scalar.optional(),
  working_dir: text.optional(),
  hostname: text.optional(),
  domainname: text.optional(),
  mac_address: text.optional(),
  stop_signal: text.optional(),
  stop_grace_period: duration.optional(),
  tty: flag.optional(),
  stdin_open: flag.optional(),
  init: flag.optional(),
  privileged: flag.optional(),
  read_only: flag.optional(),
  cap_add: z.array(text).optional(),
  cap_drop: z.array(text).optional(),
  security_opt: z.array(text).optional(),
  group_add: z.array(amount).optional(),
  mem_limit: bytes.optional(),
  mem_reservation: bytes.optional(),
  memswap_limit: bytes.optional(),
  cpus: amount.optional(),
  cpu_shares: amount.optional(),
  cpu_quota: amount.optional(),
  cpu_period: amount.optional(),
  cpuset: text.optional(),
  pids_limit: z.number().optional(),
  shm_size: bytes.optional(),
  oom_kill_disable: flag.optional(),
  oom_score_adj: z.number().optional(),
  extra_hosts: z.array(text).optional(),
  dns: stringOrList.optional(),
  dns_search: stringOrList.optional(),
  dns_opt: z.array(text).optional(),
  sysctls: labels.optional(),
  ulimits: z
    .record(text, z.union([z.number(), z.strictObject({ soft: z.number(), hard: z.number() })]))
    .optional(),
  tmpfs: stringOrList.optional(),
  logging: z.strictObject({ driver: text.optional(), options: labels.optional() }).optional(),
  pull_policy: text.optional(),
  profiles: z.array(text).optional(),
  'x-crane': xCraneSchema.optional(),
});

/** Shell-like words with quotes; no expansion. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double?.replace(/\\(.)/g, '$1') ?? single ?? plain ?? '',
  );
}
