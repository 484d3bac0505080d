import type { History } from './step.ts';

/** Histories that once went wrong, as small as they could be made. */
export const keptHistories: { about: string; history: History }[] = [
  {
    about: 'a release that crashed while the engine gave no answer is not called stable',
    history: {
      latencyMs: 0,
      startDelayMs: 0,
      steps: [
        { do: 'deploy-bad', app: 'shop', image: 'crash' },
        { do: 'fault', call: 'observeInstances', when: 'before', times: 1 },
        { do: 'fault', call: 'observeInstances', when: 'before', times: 1 },
        { do: 'load', app: 'shop', value: 5, isTold: false },
        { do: 'advance', ms: 1_500 },
      ],
    },
  },
  {
    about: 'an instance that Crane removed, though the answer was lost, was not removed from outside',
    history: {
      latencyMs: 0,
      startDelayMs: 0,
      steps: [
        { do: 'deploy', app: 'shop', version: 1, max: 2 },
        { do: 'wait', app: 'shop' },
        { do: 'fault', call: 'removeInstance', when: 'after', times: 1 },
        { do: 'oom', app: 'shop', nth: 0 },
        { do: 'wait', app: 'shop' },
      ],
    },
  },
  {
    about: 'an instance that hung and came back while the engine was away keeps its route',
    history: {
      latencyMs: 0,
      startDelayMs: 0,
      steps: [
        { do: 'deploy', app: 'shop', version: 1, max: 2 },
        { do: 'wait', app: 'shop' },
        { do: 'engine', isUp: false },
        { do: 'hang', app: 'shop', nth: 0 },
        { do: 'advance', ms: 40_000 },
        { do: 'wake' },
        { do: 'engine', isUp: true },
        { do: 'advance', ms: 1_500 },
      ],
    },
  },
];
