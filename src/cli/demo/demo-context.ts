import type { Api } from '../calls/api.ts';
import type { ProgressLines } from '../output/progress-lines.ts';
import type { Probe } from '../probe-url.ts';
import type { DemoReport, DemoStep } from './demo-report.ts';
import type { FeedLog } from './feed-log.ts';
import type { Timeline } from './timeline.ts';

/** What the acts of the demo share. They write what they measured into `report`. */
export type DemoContext = {
  api: Api;
  lines: ProgressLines;
  timeline: Timeline;
  feed: FeedLog;
  report: DemoReport;
  signal: AbortSignal;
  /** One GET through the router; null without an answer. */
  probe: (url: string, path: string) => Promise<Probe | null>;
  now: () => number;
};

/** A step was really seen. */
export function see(report: DemoReport, step: DemoStep): void {
  report.missing = report.missing.filter((each) => each !== step);
}
