import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { defined } from './defined.ts';
import type { EngineHostConfig, EngineMount } from './engine-create.ts';

/** Files that are secrets or configs, mounted read-only where the service wants them. */
export function renderFileMounts(project: ComposeProject, spec: ComposeService): EngineMount[] {
  const mounts = (kind: 'secrets' | 'configs', folder: string): EngineMount[] =>
    (spec[kind] ?? []).flatMap(({ source = '', target = source }) => {
      const file = project[kind]?.[source]?.file;
      if (file === undefined) return [];
      const place = target.startsWith('/') ? target : `${folder}${target}`;
      return [{ Type: 'bind' as const, Source: file, Target: place, ReadOnly: true }];
    });
  return [...mounts('configs', '/'), ...mounts('secrets', '/run/secrets/')];
}

/** GPUs and other devices that a driver of the engine hands out. */
export function renderDeviceRequests(spec: ComposeService): EngineHostConfig['DeviceRequests'] {
  const reserved = spec.deploy?.resources?.reservations?.devices ?? [];
  const gpus = (spec.gpus ?? []).map((gpu) => ({
    ...gpu,
    capabilities: [
      ...(gpu.capabilities ?? []),
      ...(gpu.capabilities?.includes('gpu') === true ? [] : ['gpu']),
    ],
  }));
  const requests = [...reserved, ...gpus].map((device) =>
    defined({
      Driver: device.driver,
      Count: device.count,
      DeviceIDs: device.device_ids,
      Capabilities: [device.capabilities ?? []],
      Options: device.options,
    }),
  );
  return requests.length === 0 ? undefined : requests;
}

/** Weights and rates of block devices. */
export function renderBlockDevices({ blkio_config: blkio }: ComposeService): Partial<EngineHostConfig> {
  if (blkio === undefined) return {};
  const rates = (
    devices: readonly { path: string; rate?: string }[] | undefined,
  ): { Path: string; Rate: number }[] | undefined =>
    devices?.map(({ path, rate }) => ({ Path: path, Rate: Number(rate ?? 0) }));
  return defined<EngineHostConfig>({
    BlkioWeight: blkio.weight,
    BlkioWeightDevice: blkio.weight_device?.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: rates(blkio.device_read_bps),
    BlkioDeviceReadIOps: rates(blkio.device_read_iops),
    BlkioDeviceWriteBps: rates(blkio.device_write_bps),
    BlkioDeviceWriteIOps: rates(blkio.device_write_iops),
  });
}
