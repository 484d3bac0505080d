import type { SignalName } from '../signal/signal.ts';
import type { ComposeService } from './compose-project.ts';

/** Bounds and pace of a service with all defaults filled in. */
export type ScaleSettings = {
  min: number;
  max: number;
  targets: Partial<Record<SignalName, number>>;
  cooldownUpMs: number;
  cooldownDownMs: number;
  stabilizationMs: number;
  /** With `min` 0: it sleeps after so long without a request. */
  idleMs: number;
  mode: 'auto' | 'dry-run' | 'paused';
};

/** Without a `scale` block min and max are the service's replicas, so nothing ever scales it. */
export function scaleSettings(service: Pick<ComposeService, 'deploy' | 'x-crane'>): ScaleSettings {
  const scale = service['x-crane']?.scale;
  const fixed = service.deploy?.replicas ?? 1;
  const min = scale === undefined ? fixed : (scale.min ?? 1);
  const stabilizationMs = scale?.stabilization ?? 60_000;
  return {
    min,
    max: scale === undefined ? fixed : (scale.max ?? Math.max(min, 1)),
    targets: Object.fromEntries(
      Object.entries(scale?.target ?? {}).filter(([, value]) => value !== undefined),
    ),
    cooldownUpMs: scale?.cooldown?.up ?? 3_000,
    cooldownDownMs: scale?.cooldown?.down ?? Math.min(stabilizationMs, 10_000),
    stabilizationMs,
    idleMs: scale?.idle ?? 300_000,
    mode: scale?.mode ?? 'auto',
  };
}
