import type { LoadReportView } from '../calls/views.ts';
import { escapeLine } from './escape.ts';
import { renderPairs } from './table.ts';
import type { Stream } from './terminal.ts';
import { formatCount, formatDuration, sparkline } from './units.ts';

function counts(of: Record<string, number>): string {
  return Object.entries(of)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(', ');
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : formatCount(Math.round(value))} ms`;
}

/** A finished load in words: how many, how many were lost and why, how fast, by whom. */
export function renderLoadReport(out: Stream, report: LoadReportView): string {
  const share = report.requests === 0 ? 0 : (report.lost / report.requests) * 100;
  const lost =
    report.lost === 0
      ? 'none'
      : `${formatCount(report.lost)} (${share.toFixed(2)} %): ${counts(report.lostByKind)}`;
  const instances = Object.keys(report.byInstance).length;
  const firstNew = report.firstNewReplicaMs;
  return renderPairs(out, [
    ['requests', `${formatCount(report.requests)} in ${formatDuration(report.durationMs)}`],
    ['lost', lost],
    [
      'latency',
      `p50 ${ms(report.p50Ms)}, p90 ${ms(report.p90Ms)}, p99 ${ms(report.p99Ms)}, max ${ms(report.maxMs)}`,
    ],
    ['statuses', counts(report.statuses)],
    [
      'instances',
      instances === 0 ? 'not named by the app' : escapeLine(`${instances}: ${counts(report.byInstance)}`),
    ],
    ['new replica', firstNew === null ? 'none answered' : `first answer after ${formatDuration(firstNew)}`],
    ['per second', sparkline(report.series.map((row) => row.requests))],
  ]);
}
