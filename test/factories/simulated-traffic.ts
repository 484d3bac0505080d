import type { SeriesName } from '../../src/core/history/history.ts';
import type { MemoryCrane } from './memory-crane.ts';

export type Target = {
  app: string;
  service: string;
  /** Requests a second of all replicas together at a time in ms. */
  perSecond: (at: number) => number;
  /** Its instances write a line of log at each look; with a thousand of them that is all the model would do. */
  isWriting?: boolean;
};

/** What one replica takes before there should be another; the same in the past that is drawn and in what is measured now. */
const perReplica = 50;

/** A load that swings between nothing and `most` requests a second. */
export function waveOf(most: number, periodMs: number): (at: number) => number {
  return (at) => (most / 2) * (1 + Math.sin((2 * Math.PI * at) / periodMs));
}

/** Gives the models a past hour of these services and, with each call of what it returns, what is measured, used and written now. */
export function simulateTraffic(crane: MemoryCrane, targets: readonly Target[]): () => void {
  for (const target of targets)
    for (const [name, at] of pastOf(target)) {
      const { app, service } = target;
      crane.history.set(app, { service, name, at });
    }
  return () => {
    const at = Date.now();
    const running = crane.runtime.controls
      .containers()
      .filter(({ state, labels }) => state === 'running' && labels['crane.app'] !== undefined);
    for (const { app, service, perSecond, isWriting = false } of targets) {
      const own = running.filter(
        ({ labels }) => labels['crane.app'] === app && labels['crane.service'] === service,
      );
      if (own.length === 0) continue;
      const each = perSecond(at) / own.length;
      const reading = { app, service, at };
      crane.metrics.set({ ...reading, name: 'requestsPerSecond', value: each });
      crane.metrics.set({ ...reading, name: 'p95Ms', value: latencyAt(each) });
      crane.metrics.set({ ...reading, name: 'errorRate', value: 0 });
      crane.metrics.set({ ...reading, name: 'inFlight', value: each / 20 });
      for (const { id } of own) {
        crane.runtime.usage.set(id, { cpuCores: each / 200, memoryBytes: (24 + each / 4) * 1024 ** 2 });
        if (isWriting)
          crane.runtime.controls.print(id, 'stdout', `GET / 200 ${latencyAt(each).toFixed(1)} ms`);
      }
    }
  };
}

function pastOf({ perSecond }: Target): [SeriesName, (at: number) => number][] {
  const replicas = (at: number): number => Math.min(6, Math.max(1, Math.ceil(perSecond(at) / perReplica)));
  const each = (at: number): number => perSecond(at) / replicas(at);
  return [
    ['requestsPerSecond', perSecond],
    ['errorsPerSecond', (at) => (perSecond(at) > perReplica * 5.5 ? 1 : 0)],
    ['p50Ms', (at) => latencyAt(each(at)) / 3],
    ['p95Ms', (at) => latencyAt(each(at))],
    ['p99Ms', (at) => latencyAt(each(at)) * 1.8],
    ['inFlight', (at) => perSecond(at) / 20],
    ['replicasWanted', replicas],
    ['replicasReady', (at) => replicas(at - 2_000)],
    ['cpuCores', (at) => perSecond(at) / 200],
    ['memoryBytes', (at) => replicas(at) * 36 * 1024 ** 2],
  ];
}

/** The fuller a replica is, the longer it takes. */
function latencyAt(perSecondEach: number): number {
  return 4 + (perSecondEach / perReplica) ** 2 * 12;
}
