import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { axisTime, clockTime } from '../words/format.ts';
import { t } from '../words/t.ts';

export type Line = {
  label: string;
  values: readonly (number | null)[];
  tone: keyof typeof tones;
  isStepped?: boolean;
};
/** A thin vertical with a chip: something that happened at `at` (ms). */
export type Mark = { at: number; label: string; tone: keyof typeof tones };

const tones = {
  main: { light: '#1864ab', dark: '#74c0fc', dash: [] },
  second: { light: '#8f5000', dark: '#ffd43b', dash: [6, 3] },
  third: { light: '#862e9c', dark: '#e599f7', dash: [2, 3] },
  good: { light: '#1f6f33', dark: '#69db7c', dash: [] },
  bad: { light: '#c92a2a', dark: '#ff8787', dash: [4, 2] },
  quiet: { light: '#5c636a', dark: '#a6a7ab', dash: [3, 3] },
} as const;

/** How long a chart took to be drawn: for the tools of browsers, and for bench/pages.ts. Observers are told; nothing is piled up. */
const drawing = 'crane:chart';
function noteDrawing(): void {
  performance.measure(drawing, drawing);
  performance.clearMarks(drawing);
  performance.clearMeasures(drawing);
}

/** Lines over time on one axis, labelled at their ends, with marks of what happened. All charts of a page share one cursor. */
export function TimeChart({
  times,
  lines,
  marks,
  format,
  label,
  height = 132,
  isClock = true,
}: {
  times: readonly number[];
  lines: readonly Line[];
  marks: readonly Mark[];
  format: (value: number) => string;
  /** What the chart shows, for people who do not see it. */
  label: string;
  height?: number;
  /** Whether `times` are moments; else they count from the beginning. */
  isClock?: boolean;
}) {
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(null);
  const now = useRef({ lines, marks });
  now.current = { lines, marks };
  const shape = lines.map(({ label, tone, isStepped }) => `${label} ${tone} ${isStepped ?? false}`).join('|');
  useEffect(() => {
    const element = host.current;
    if (element === null || width === 0) return;
    const ink = scheme === 'dark' ? '#c1c2c5' : '#495057';
    const grid = { stroke: scheme === 'dark' ? '#373a40' : '#e9ecef', width: 1 };
    const drawn = new UPlot(
      {
        width,
        height,
        padding: [16, 20, 0, 0],
        cursor: { sync: { key: 'crane' }, y: false, points: { size: 6 } },
        legend: { show: false },
        scales: {
          x: { time: isClock },
          y: { range: (_, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.1] },
        },
        axes: [
          {
            stroke: ink,
            grid: { show: false },
            ticks: grid,
            size: 28,
            font: '12px system-ui',
            ...(isClock
              ? {
                  values: (_: UPlot, values: number[], _axis: number, _space: number, stepS: number) =>
                    values.map((at) => axisTime(at * 1000, stepS * 1000)),
                }
              : { incrs: wholeSeconds, values: (_: UPlot, values: number[]) => values.map(offset) }),
          },
          {
            stroke: ink,
            grid,
            ticks: { show: false },
            size: 64,
            font: '12px system-ui',
            values: (_, values) => values.map(format),
          },
        ],
        series: [
          {},
          ...now.current.lines.map(({ label, tone, isStepped }) => ({
            label,
            stroke: tones[tone][scheme],
            width: 1.5,
            dash: [...tones[tone].dash],
            points: { show: false },
            ...(isStepped === true && UPlot.paths.stepped !== undefined
              ? { paths: UPlot.paths.stepped({ align: 1 }) }
              : {}),
          })),
        ],
        hooks: {
          drawClear: [() => void performance.mark(drawing)],
          draw: [(self) => drawMarks(self, now.current.marks, scheme), noteDrawing],
        },
      },
      dataOf(times, now.current.lines),
      element,
    );
    chart.current = drawn;
    return () => {
      chart.current = null;
      drawn.destroy();
    };
    // The chart is made anew when its shape changes; new points go in below.
  }, [width, height, scheme, shape, isClock]);
  useEffect(() => {
    chart.current?.setData(dataOf(times, lines));
  }, [times, lines, marks]);
  return (
    <div ref={ref} role="img" aria-label={`${label}. ${describe(lines, format)}`}>
      <div ref={host} />
    </div>
  );
}

/** The newest value of each line, as a sentence. */
export function describe(lines: readonly Line[], format: (value: number) => string): string {
  return lines
    .map(({ label, values }) => {
      const last = values.findLast((value) => value !== null);
      return `${label} ${last === undefined || last === null ? t('not measured') : format(last)}`;
    })
    .join(', ');
}

export function toneOf(tone: Line['tone'], scheme: 'light' | 'dark'): string {
  return tones[tone][scheme];
}

const wholeSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];

/** `90` s as `1:30`. */
function offset(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

function dataOf(times: readonly number[], lines: readonly Line[]): UPlot.AlignedData {
  return [times.map((time) => time / 1000), ...lines.map(({ values }) => [...values])];
}

function drawMarks(self: UPlot, marks: readonly Mark[], scheme: 'light' | 'dark'): void {
  const { ctx, bbox } = self;
  const ratio = UPlot.pxRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui`;
  ctx.textBaseline = 'top';
  let free = -Infinity;
  for (const { at, label, tone } of marks) {
    const x = Math.round(self.valToPos(at / 1000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = tones[tone][scheme];
    ctx.fillStyle = tones[tone][scheme];
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(label).width;
    // A chip that would lie on the one before is left out; the list below the charts has them all.
    if (x - width / 2 > free && label !== '') {
      ctx.fillText(label, Math.min(x - width / 2, bbox.left + bbox.width - width), 1 * ratio);
      free = x + width / 2 + 4 * ratio;
    }
  }
  ctx.restore();
}

/** The points of the lines as a table, for those who read rather than look. */
export function pointsAsTable(times: readonly number[], lines: readonly Line[], every: number): string[][] {
  return times
    .map((time, index) => [
      clockTime(time),
      ...lines.map(({ values }) => {
        const value = values[index];
        return value === null || value === undefined ? '–' : String(Number(value.toPrecision(4)));
      }),
    ])
    .filter((_, index) => index % every === 0)
    .toReversed();
}
