import { escapeLine } from './escape.ts';
import { cutText } from './text-width.ts';
import type { Stream } from './terminal.ts';
import { formatBytes, formatCount, formatDuration } from './units.ts';

/** What long work says about one of its steps. */
export type StepProgress = {
  step: string;
  state: 'started' | 'progress' | 'done' | 'failed';
  text: string;
  done?: number | undefined;
  total?: number | undefined;
  unit?: string | undefined;
  elapsedMs?: number | undefined;
  estimateMs?: number | undefined;
};

export type ProgressLines = {
  show(progress: StepProgress): void;
  /** A line of its own, above the steps that are still going on. */
  say(text: string): void;
  /** Takes one live line away without a word. */
  drop(step: string): void;
  /** Takes the live lines away. */
  end(): void;
};

export type ProgressClock = { now: () => number };

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const redrawEveryMs = 100;
/** Where no terminal redraws, a step that goes on is mentioned this often. */
const mentionEveryMs = 15_000;

function amount(value: number, unit: string | undefined): string {
  return unit === 'bytes' || unit === 'B' ? formatBytes(value) : formatCount(value);
}

function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** `█████░░░ 12 MB / 30 MB`, `12 MB`, or nothing. */
function renderAmount({ done, total, unit }: StepProgress): string {
  if (done === undefined) return '';
  const suffix = unit === undefined || unit === 'bytes' || unit === 'B' ? '' : ` ${unit}`;
  if (total === undefined || total <= 0) return `${amount(done, unit)}${suffix}`;
  return `${bar(done / total, 16)} ${amount(done, unit)} / ${amount(total, unit)}${suffix}`;
}

function renderTimes(elapsedMs: number, estimateMs: number | undefined): string {
  const elapsed = formatDuration(elapsedMs);
  if (estimateMs === undefined) return elapsed;
  return elapsedMs > estimateMs
    ? `${elapsed}, longer than the usual ${formatDuration(estimateMs)}`
    : `${elapsed} of about ${formatDuration(estimateMs)}`;
}

/** One line for a step; `mark` stands before it. */
export function renderStep(progress: StepProgress, mark: string, elapsedMs: number): string {
  const isOver = progress.state === 'done' || progress.state === 'failed';
  const parts = [
    escapeLine(progress.text === '' ? progress.step : progress.text),
    isOver ? '' : renderAmount(progress),
    elapsedMs < 1 && (isOver || progress.estimateMs === undefined)
      ? ''
      : `(${renderTimes(elapsedMs, isOver ? undefined : progress.estimateMs)})`,
  ];
  return `${mark} ${parts.filter((part) => part !== '').join('  ')}`;
}

type Running = { latest: StepProgress; since: number; mentionedAt: number };

/** Steps with their times: redrawn in place on a terminal, else a line when each begins and ends. */
export function createProgressLines(
  stream: Stream,
  clock: ProgressClock = { now: () => Date.now() },
): ProgressLines {
  const running = new Map<string, Running>();
  let drawn = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const elapsedOf = (step: Running): number => step.latest.elapsedMs ?? clock.now() - step.since;

  function erase(): string {
    // From the begin of the line: a ^C that the terminal echoed has moved the cursor.
    const text = drawn === 0 ? '' : `\r${'\u001b[2K\u001b[1A'.repeat(drawn)}\u001b[2K`;
    drawn = 0;
    return text;
  }

  function redraw(above: string): void {
    if (!stream.isTty) {
      if (above !== '') stream.write(above);
      return;
    }
    const mark = stream.paint('cyan', frames[frame % frames.length] ?? '');
    const lines = [...running.values()].map((step) =>
      cutText(renderStep(step.latest, mark, elapsedOf(step)), stream.columns() - 1),
    );
    stream.redraw(erase(), `${above}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  }

  function keepDrawing(): void {
    if (!stream.isTty || timer !== undefined) return;
    timer = setInterval(() => {
      frame += 1;
      redraw('');
    }, redrawEveryMs);
    timer.unref();
  }

  function finish(progress: StepProgress, step: Running): void {
    running.delete(progress.step);
    const mark = progress.state === 'done' ? stream.paint('green', '✔') : stream.paint('red', '✖');
    redraw(`${renderStep(progress, mark, elapsedOf({ ...step, latest: progress }))}\n`);
  }

  function goOn(progress: StepProgress, step: Running, isNew: boolean): void {
    running.set(progress.step, step);
    keepDrawing();
    const isDue = isNew || clock.now() - step.mentionedAt >= mentionEveryMs;
    if (stream.isTty || !isDue) return redraw('');
    step.mentionedAt = clock.now();
    redraw(`${renderStep(progress, isNew ? '·' : '…', isNew ? 0 : elapsedOf(step))}\n`);
  }

  return {
    show(progress) {
      const known = running.get(progress.step);
      const step = { since: clock.now(), mentionedAt: clock.now(), ...known, latest: progress };
      if (progress.state === 'done' || progress.state === 'failed') finish(progress, step);
      else goOn(progress, step, known === undefined);
    },
    say: (text) => redraw(`${text}\n`),
    drop(step) {
      if (running.delete(step)) redraw('');
    },
    end() {
      clearInterval(timer);
      timer = undefined;
      running.clear();
      if (drawn > 0) stream.redraw(erase(), '');
    },
  };
}
