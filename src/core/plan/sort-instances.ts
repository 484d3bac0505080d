import { driftOf } from './instance-drift.ts';
import type { InstanceFacts } from './instance-facts.ts';
import { failureOf } from './instance-failure.ts';
import type { ServiceDesire } from './service-desire.ts';
import type { RetireReason } from './step.ts';

/** The service's instances by what is to become of them. */
export type SortedInstances = {
  instances: readonly InstanceFacts[];
  /** As wanted, at most one for each slot, at most `replicas`. */
  kept: InstanceFacts[];
  /** As wanted, but too many. */
  surplus: { item: InstanceFacts; why: RetireReason }[];
  /** Of another spec, of before a restart, or changed by hand. */
  outdated: InstanceFacts[];
  leaving: InstanceFacts[];
  /** Slots that a new instance cannot have. */
  taken: Set<number>;
  /** Being created and not among the kept. */
  onTheirWay: number;
};

export function sortInstances(
  desire: ServiceDesire,
  instances: readonly InstanceFacts[],
  pendingSlots: ReadonlySet<number>,
): SortedInstances {
  const seen: SortedInstances = {
    instances,
    kept: [],
    surplus: [],
    outdated: [],
    leaving: instances.filter((item) => item.busy === 'retiring'),
    taken: new Set(pendingSlots),
    onTheirWay: 0,
  };
  const slots = new Set<number>();
  for (const item of instances.filter((each) => each.busy !== 'retiring').sort(preferred)) {
    if (!isCurrent(desire, item)) seen.outdated.push(item);
    else if (slots.has(item.slot)) seen.surplus.push({ item, why: 'duplicate' });
    else if (seen.kept.length >= desire.replicas)
      seen.surplus.push({ item, why: desire.replicas === 0 ? desire.retireReason : 'scale-in' });
    else {
      seen.kept.push(item);
      slots.add(item.slot);
    }
  }
  // A name in use, by one that is leaving too, is not waited for: another slot does. A slot that an instance of an older
  // release fills is taken although its name differs.
  for (const item of instances) if (item.release === desire.release) seen.taken.add(item.slot);
  for (const slot of slots) seen.taken.add(slot);
  seen.onTheirWay = [...pendingSlots].filter((slot) => !slots.has(slot)).length;
  return seen;
}

/** Whether an instance is what is wanted now, whichever release made it. */
export function isCurrent(
  desire: Pick<ServiceDesire, 'specHash' | 'minRelease' | 'prefix' | 'networks' | 'anchors'>,
  item: InstanceFacts,
): boolean {
  return isOfDesire(desire, item) && isAnchored(desire, item) && driftOf(desire, item) === null;
}

/** What it shares with an instance that is gone is gone too; while there is no other, it stays as it is. */
function isAnchored(
  { anchors = [] }: Pick<ServiceDesire, 'anchors'>,
  { shares = [] }: InstanceFacts,
): boolean {
  return anchors.every(({ ids }) => ids.length === 0 || ids.some((id) => shares.includes(id)));
}

/** Whether it was made as is wanted now, whatever somebody did to it since. */
export function isOfDesire(
  desire: Pick<ServiceDesire, 'specHash' | 'minRelease'>,
  item: InstanceFacts,
): boolean {
  return item.specHash === desire.specHash && item.release >= desire.minRelease;
}

/** Whether it may be routed. */
export function isServing(item: InstanceFacts): boolean {
  return item.isReady && item.complaint === null;
}

/** Whom to keep: the living before the failed, what answers before what starts, then the oldest slots and the newest releases. */
function preferred(a: InstanceFacts, b: InstanceFacts): number {
  return (
    Number(failureOf(a) !== null) - Number(failureOf(b) !== null) ||
    Number(b.isReady) - Number(a.isReady) ||
    a.slot - b.slot ||
    b.release - a.release
  );
}
