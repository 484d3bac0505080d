import type { Problem } from '../problem.ts';
import { renderPairs } from '../output/table.ts';
import type { Stream } from '../output/terminal.ts';
import { formatCount, formatDuration } from '../output/units.ts';
import type { TimelineEntry } from './timeline.ts';

/** Every step of the demo, in its order. One that was not seen is named in `missing`. */
export const demoSteps = [
  'platform',
  'deployed',
  'scanned',
  'first-200',
  'load',
  'alert',
  'scale-out',
  'new-instance',
  'first-answer',
  'scale-in',
  'kill',
  'healed',
] as const;
export type DemoStep = (typeof demoSteps)[number];

/** The document of `crane demo --json`. Figures are measured; null means the step was not seen. */
export type DemoReport = {
  ok: boolean;
  app: string | null;
  url: string | null;
  parts: Record<string, string | null>;
  timings: {
    platformStartMs: number | null;
    deployToFirst200Ms: number | null;
    loadToNewReplicaMs: number | null;
    scaleInMs: number | null;
    killToHealedMs: number | null;
  };
  load: { requests: number; lost: number; p50Ms: number; p99Ms: number } | null;
  replicas: { min: number; max: number; peak: number; final: number } | null;
  scan: { state: string; packages: number } | null;
  decisions: number;
  missing: DemoStep[];
  /** What ended the demo early; absent when it came to its end. */
  error?: Problem;
  timeline: readonly TimelineEntry[];
};

export function emptyReport(): DemoReport {
  return {
    ok: false,
    app: null,
    url: null,
    parts: {},
    timings: {
      platformStartMs: null,
      deployToFirst200Ms: null,
      loadToNewReplicaMs: null,
      scaleInMs: null,
      killToHealedMs: null,
    },
    load: null,
    replicas: null,
    scan: null,
    decisions: 0,
    missing: [...demoSteps],
    timeline: [],
  };
}

function took(ms: number | null): string {
  return ms === null ? 'not seen' : formatDuration(ms);
}

function nextLines({ app, url }: DemoReport): (readonly [command: string, what: string])[] {
  if (app === null || url === null)
    return [
      ['crane doctor', 'what is missing'],
      ['crane demo', 'once more'],
    ];
  const { host, port } = new URL(url);
  return [
    [`crane explain ${app}`, 'why its replicas changed'],
    [`crane decisions ${app}`, 'everything that was decided'],
    [`crane load ${app} --rate 300 --duration 30s`, 'load it yourself'],
    [`curl -H 'Host: ${host}' http://127.0.0.1:${port}/`, 'ask the app'],
    ['crane deploy -f compose.yaml', 'deploy your own'],
    ['crane down', 'take it all down'],
  ];
}

/** The figures of the demo, and what to try next. */
export function renderDemo(
  out: Stream,
  report: DemoReport,
  urls: readonly (readonly [string, string])[],
): string {
  const { timings, load, replicas, scan } = report;
  const verdict = report.ok
    ? out.paint(['green', 'bold'], 'Every step was seen.')
    : out.paint(['red', 'bold'], `Not seen: ${report.missing.join(', ')}.`);
  const figures = renderPairs(out, [
    ['platform up', took(timings.platformStartMs)],
    ['deploy to first 200', took(timings.deployToFirst200Ms)],
    ['load to new replica', took(timings.loadToNewReplicaMs)],
    ['load end to scale-in', took(timings.scaleInMs)],
    ['kill to healed', took(timings.killToHealedMs)],
    [
      'load',
      load === null
        ? 'not seen'
        : `${formatCount(load.requests)} requests, ${load.lost} lost, p50 ${load.p50Ms.toFixed(1)} ms, p99 ${load.p99Ms.toFixed(1)} ms`,
    ],
    [
      'replicas',
      replicas === null
        ? 'not seen'
        : `${replicas.min} → ${replicas.peak} → ${replicas.final} (bounds ${replicas.min}-${replicas.max})`,
    ],
    ['scan', scan === null ? 'not seen' : `${scan.packages} package(s), ${scan.state.replaceAll('-', ' ')}`],
    ['decisions', report.decisions],
    ...urls,
  ]);
  const next = renderPairs(out, nextLines(report)).replaceAll(/^(?=.)/gm, '  ');
  return `\n${verdict}\n\n${figures}\n${out.paint('bold', 'Try next')}\n${next}`;
}
