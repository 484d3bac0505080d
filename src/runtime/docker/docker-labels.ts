import { sharesLabel } from '../../core/service/anchors.ts';
import type { InstanceIdentity } from '../../core/service/instance.ts';

/** Labels of everything Crane makes. `crane.instance` tells installations apart: only own objects are ever touched. */
export const labels = {
  installation: 'crane.instance',
  app: 'crane.app',
  service: 'crane.service',
  release: 'crane.release',
  slot: 'crane.slot',
  spec: 'crane.spec',
  /** Networks to join before the start, as JSON: older engines take only one at creation. */
  networks: 'crane.networks',
  /** A one-off instance: it has no slot. */
  run: 'crane.run',
  sandbox: 'crane.sandbox',
} as const;

export type LabelMap = Readonly<Record<string, string>>;

export function isOwn(map: LabelMap, installation: string): boolean {
  return map[labels.installation] === installation;
}

/** Null when the labels are not those of an instance (a part of the platform, or tampered with). */
export function readIdentity(map: LabelMap): InstanceIdentity | null {
  const app = map[labels.app] ?? '';
  const service = map[labels.service] ?? '';
  const release = readCount(map[labels.release]);
  const slot = readCount(map[labels.slot]);
  return app === '' || service === '' || release === null || slot === null
    ? null
    : { app, service, release, slot };
}

/** The instances whose namespaces or volumes it uses. */
export function readShares(map: LabelMap): { shares?: readonly string[] } {
  const text = map[sharesLabel] ?? '';
  return text === '' ? {} : { shares: text.split(',') };
}

function readCount(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
