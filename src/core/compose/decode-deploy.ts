import {
  bytes,
  count,
  duration,
  listOf,
  longerThanZero,
  ratio,
  someCount,
  struct,
  text,
  texts,
  whole,
  wholeOrZero,
  word,
} from './decode.ts';
import { deviceCount, pairs } from './decode-values.ts';

export const deviceRequest = struct({
  capabilities: texts,
  driver: text,
  count: deviceCount,
  device_ids: texts,
  options: pairs,
});

const rollout = struct({
  parallelism: count(),
  delay: longerThanZero,
  failure_action: text,
  monitor: longerThanZero,
  max_failure_ratio: ratio,
  order: word<'start-first' | 'stop-first'>(),
});

const resource = struct({
  cpus: ratio,
  memory: bytes,
  pids: whole,
  devices: listOf(deviceRequest),
  generic_resources: listOf(
    struct({ discrete_resource_spec: struct({}, { kind: text, value: wholeOrZero }) }),
  ),
});

export const deploy = struct({
  mode: text,
  replicas: wholeOrZero,
  labels: pairs,
  update_config: rollout,
  rollback_config: rollout,
  restart_policy: struct({
    condition: text,
    delay: duration,
    max_attempts: count(),
    window: duration,
  }),
  endpoint_mode: text,
  resources: struct({ limits: resource, reservations: resource }),
  placement: struct({
    constraints: texts,
    preferences: listOf(struct({ spread: text })),
    max_replicas_per_node: someCount(),
  }),
});
