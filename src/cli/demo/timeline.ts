import { escapeLine } from '../output/escape.ts';
import { formatOfKind } from '../output/feed-line.ts';
import type { ProgressLines } from '../output/progress-lines.ts';
import type { Stream } from '../output/terminal.ts';
import { formatOffset } from '../output/units.ts';
import { wrapText } from '../output/wrap-text.ts';

export type TimelineEntry = { atMs: number; kind: string; text: string };

export type Timeline = {
  /** `at` in milliseconds since the epoch. */
  add(at: number, kind: string, text: string): void;
  entries(): readonly TimelineEntry[];
};

const offsetWidth = 8;
const kindWidth = 18;

/** What happened, each line with its time since the begin of the demo, above the lines that still move. */
export function createTimeline(stream: Stream, lines: ProgressLines, startedAt: number): Timeline {
  const entries: TimelineEntry[] = [];
  return {
    add(at, kind, text) {
      const entry = { atMs: Math.max(0, Math.round(at - startedAt)), kind, text };
      entries.push(entry);
      const format = formatOfKind(kind);
      const name = escapeLine(kind).padEnd(kindWidth);
      const told = wrapText(stream, escapeLine(text), offsetWidth + kindWidth + 4);
      lines.say(
        `${stream.paint('dim', formatOffset(entry.atMs))}  ${format === null ? name : stream.paint(format, name)}  ${told}`,
      );
    },
    entries: () => entries.toSorted((a, b) => a.atMs - b.atMs),
  };
}
