import type { CrashPoint } from '../../src/control/crash-point.ts';

/** When a life ends by itself: at a named point of the code, or around its n-th call of an adapter. */
export type Death =
  | { kind: 'point'; name: CrashPoint; nth: number }
  | { kind: 'call'; nth: number; when: 'before' | 'after' };

/**
 * One process of Crane, as far as a test can kill it: from its death on, its calls have no effect and never come back, and its
 * writes fail. What it had asked of the engine goes on.
 */
export type Life = {
  isDead(): boolean;
  die(): void;
  /** Dies around its n-th call from now on. */
  dieAt(calls: number, when: 'before' | 'after'): void;
  /** Passed instead of the real `crashPoint`. */
  crashPoint(name: CrashPoint): void;
  /** The adapter, whose functions return promises or async iterables, as seen by this life. */
  adapter<T extends object>(target: T): T;
  /** The store as seen by this life. */
  store<T extends object>(target: T): T;
  /** Calls of adapters so far. */
  calls(): number;
  /** It was ended since it called on and on while no time passed. */
  wasHot(): boolean;
  passed: Map<CrashPoint, number>;
};

class Died extends Error {}

/** Nothing needs so many calls without any time passing: it is a loop that never waits, and would never end. */
const mostCallsPerTick = 3_000;

export function createLife(given: Death | null, tick: () => number, onDeath: () => void): Life {
  let death = given;
  const passed = new Map<CrashPoint, number>();
  let isDead = false;
  let calls = 0;
  let [lastTick, callsOfTick, wasHot] = [-1, 0, false];
  const die = (): void => {
    if (isDead) return;
    isDead = true;
    onDeath();
  };

  const call = (run: () => unknown): unknown => {
    if (isDead) return never();
    calls += 1;
    if (lastTick !== tick()) [lastTick, callsOfTick] = [tick(), 0];
    callsOfTick += 1;
    if (callsOfTick > mostCallsPerTick) {
      wasHot = true;
      die();
      return never();
    }
    const last = death?.kind === 'call' && death.nth === calls ? death.when : null;
    if (last === 'before') {
      die();
      return never();
    }
    const result = run();
    if (isIterable(result)) return mortalIterable(result, () => isDead);
    return outlive(Promise.resolve(result), () => {
      if (last === 'after') die();
      return isDead;
    });
  };
  return {
    isDead: () => isDead,
    die,
    dieAt: (nth, when) => {
      death = { kind: 'call', nth: calls + nth, when };
    },
    passed,
    calls: () => calls,
    wasHot: () => wasHot,
    crashPoint(name) {
      if (isDead) throw new Died();
      const count = (passed.get(name) ?? 0) + 1;
      passed.set(name, count);
      if (death?.kind !== 'point' || death.name !== name || death.nth !== count) return;
      die();
      throw new Died();
    },
    adapter: (target) => watchFunctions(target, (run) => call(run)),
    store: (target) =>
      watchFunctions(target, (run) => {
        if (isDead) throw new Died();
        return run();
      }),
  };
}

/** The same object, with each function called through `around`; members that are objects too. */
function watchFunctions<T extends object>(target: T, around: (run: () => unknown) => unknown): T {
  const members = new Map<PropertyKey, { value: unknown; member: unknown }>();
  return new Proxy(target, {
    get(of, key) {
      const value: unknown = Reflect.get(of, key);
      const known = members.get(key);
      // A test may put another function in its place.
      if (known !== undefined && known.value === value) return known.member;
      const member =
        typeof value === 'function'
          ? (...given: unknown[]) => around(() => Reflect.apply(value, of, given))
          : typeof value === 'object' && value !== null
            ? watchFunctions(value, around)
            : value;
      members.set(key, { value, member });
      return member;
    },
    apply: (of, self, given) =>
      around(() => (typeof of === 'function' ? Reflect.apply(of, self, given) : of)),
  });
}

/** The result, unless the caller is dead by then. */
async function outlive(result: Promise<unknown>, isDead: () => boolean): Promise<unknown> {
  try {
    const value = await result;
    if (!isDead()) return value;
  } catch (error) {
    if (!isDead()) throw error;
  }
  return never();
}

function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Gives nothing any more after the death. */
async function* mortalIterable(items: AsyncIterable<unknown>, isDead: () => boolean): AsyncIterable<unknown> {
  for await (const item of items) {
    if (isDead()) await never();
    yield item;
  }
  if (isDead()) await never();
}
