import fc from 'fast-check';
import type { RuntimeCall } from '../../src/runtime/memory/memory-engine.ts';

/** The two apps of a history. */
export const appNames = ['shop', 'blog'] as const;
export type AppName = (typeof appNames)[number];

/** What a person asks for. */
export type Asking =
  | { do: 'deploy'; app: AppName; version: number; max: number }
  /** `crash` ends within the monitor window, `missing` is no image at all, the engine does not start `refused`. */
  | { do: 'deploy-bad'; app: AppName; image: 'crash' | 'missing' | 'refused' }
  | { do: 'scale'; app: AppName; replicas: number }
  | { do: 'stop' | 'start' | 'restart' | 'rollback'; app: AppName }
  | { do: 'rename-app'; app: AppName; to: string }
  | { do: 'remove'; app: AppName; volumes: string[] }
  | { do: 'canary'; app: AppName; version: number; weight: number }
  | { do: 'weigh'; app: AppName; weight: number }
  | { do: 'promote' | 'abort'; app: AppName };

/** By hand or by fate, to the n-th instance of the app. */
export type Meddling = {
  do: 'exit' | 'oom' | 'remove-by-hand' | 'stop-by-hand' | 'pause' | 'rename' | 'disconnect' | 'hang';
  app: AppName;
  nth: number;
};

/** One thing that happens in a history. Data, so that a failing history can be kept as a test. */
export type Step =
  | Asking
  | Meddling
  | { do: 'cancel' | 'wait' | 'pause-roll' | 'resume-roll'; app: AppName }
  | { do: 'advance'; ms: number }
  /** The process dies now, or around its n-th call from now on; `downMs` later the next one starts. */
  | { do: 'die'; downMs: number }
  | { do: 'die-at'; calls: number; when: 'before' | 'after'; downMs: number }
  | { do: 'fault'; call: RuntimeCall; when: 'before' | 'after'; times: number }
  | { do: 'engine' | 'router' | 'policy'; isUp: boolean }
  /** Requests per second for each replica, and an alert that says so. */
  | { do: 'load'; app: AppName; value: number; isTold: boolean }
  /** A request comes while nothing may run. */
  | { do: 'request'; app: AppName }
  /** Whatever hangs answers again. */
  | { do: 'wake' }
  | { do: 'jump'; ms: number };

export type History = { latencyMs: number; startDelayMs: number; steps: Step[] };

// Most of what happens is about one app, so that much happens to it.
const app = fc.constantFrom<AppName>('shop', 'shop', 'shop', 'blog');
const calls: readonly RuntimeCall[] = [
  'observeInstances',
  'observeNetworks',
  'ensureNetwork',
  'removeNetwork',
  'removeIdleNetwork',
  'attach',
  'ensureVolume',
  'removeVolume',
  'createInstance',
  'startInstance',
  'stopInstance',
  'removeInstance',
  'resolveImage',
];
const when = fc.constantFrom('before' as const, 'after' as const);
const downMs = fc.constantFrom(0, 10, 3_000);
const integer = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const named = <T extends string>(...names: T[]): fc.Arbitrary<T> => fc.constantFrom(...names);

const deploy = fc.record({ do: named('deploy'), app, version: integer(1, 4), max: integer(2, 4) });
const stepOf: { weight: number; arbitrary: fc.Arbitrary<Step> }[] = [
  { weight: 6, arbitrary: deploy },
  {
    weight: 2,
    arbitrary: fc.record({
      do: named('deploy-bad'),
      app,
      image: named('crash', 'crash', 'missing', 'refused'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: named('scale'), app, replicas: integer(1, 4) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: named('stop', 'start', 'start', 'restart', 'restart', 'rollback', 'rollback'),
      app,
    }),
  },
  // Names are taken, freed and taken again by the other.
  { weight: 3, arbitrary: fc.record({ do: named('rename-app'), app, to: named('shop', 'blog', 'store') }) },
  { weight: 1, arbitrary: fc.record({ do: named('cancel'), app }) },
  { weight: 3, arbitrary: fc.record({ do: named('pause-roll', 'pause-roll', 'resume-roll'), app }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: named('canary'), app, version: integer(1, 3), weight: integer(0, 100) }),
  },
  { weight: 1, arbitrary: fc.record({ do: named('weigh'), app, weight: integer(0, 100) }) },
  { weight: 2, arbitrary: fc.record({ do: named('promote', 'abort'), app }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: named('remove'), app, volumes: fc.constantFrom<string[]>([], ['cache']) }),
  },
  // Until the newest request is over, or for a while.
  { weight: 9, arbitrary: fc.record({ do: named('wait'), app }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: named('advance'),
      ms: fc.constantFrom(1, 20, 200, 900, 1_500, 5_000, 40_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: named('die'), downMs }) },
  { weight: 4, arbitrary: fc.record({ do: named('die-at'), calls: integer(1, 40), when, downMs }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: named(
        'exit',
        'exit',
        'oom',
        'remove-by-hand',
        'stop-by-hand',
        'pause',
        'rename',
        'disconnect',
        'hang',
      ),
      app,
      nth: integer(0, 4),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: named('fault'),
      call: fc.constantFrom(...calls),
      when,
      times: integer(1, 3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: named('engine', 'router', 'policy'), isUp: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: named('load'),
      app,
      value: fc.constantFrom(5, 45, 80, 140, 400),
      isTold: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: named('request'), app }) },
  { weight: 2, arbitrary: fc.record({ do: named('wake') }) },
  { weight: 1, arbitrary: fc.record({ do: named('jump'), ms: fc.constantFrom(3_600_000, -3_600_000) }) },
];

export const historyArbitrary: fc.Arbitrary<History> = fc
  .record({
    latencyMs: fc.constantFrom(0, 3, 120),
    startDelayMs: fc.constantFrom(0, 250),
    first: deploy,
    rest: fc.array(fc.oneof(...stepOf), { minLength: 4, maxLength: 28 }),
  })
  .map(({ first, rest, ...world }) => ({
    ...world,
    steps: [{ ...first, app: 'shop' }, { do: 'wait', app: 'shop' }, ...rest],
  }));
