import type { ComposeService } from '../compose/compose-project.ts';
import { defined } from './defined.ts';
import type { EngineHostConfig } from './engine-create.ts';

/** GPUs and other devices that a driver of the engine hands out. */
export function renderDeviceRequests(spec: ComposeService): EngineHostConfig['DeviceRequests'] {
  const reserved = spec.deploy?.resources?.reservations?.devices ?? [];
  const gpus = (spec.gpus ?? []).map((gpu) => ({
    ...gpu,
    capabilities: [...(gpu.capabilities ?? []), 'gpu'],
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
  const names = (spec.devices ?? []).filter(isHandedOut).map(({ source }) => source);
  const all = [...(names.length === 0 ? [] : [{ Driver: 'cdi', DeviceIDs: names }]), ...requests];
  return all.length === 0 ? undefined : all;
}

/** Device files of the host. */
export function renderDevices(spec: ComposeService): EngineHostConfig['Devices'] {
  return spec.devices
    ?.filter((device) => !isHandedOut(device))
    .map((device) => ({
      PathOnHost: device.source,
      PathInContainer: device.target ?? device.source,
      CgroupPermissions: device.permissions ?? 'rwm',
    }));
}

/** `vendor.com/class=name`, of the Container Device Interface, is no file. */
function isHandedOut({ source, target }: { source: string; target?: string }): boolean {
  return source === target && /^[A-Za-z][\w.-]*\/[A-Za-z][\w-]*=[\w.:-]+$/.test(source);
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
