import type { BuildEvent } from '../../core/port/runtime.ts';
import { createBuildFailure, type FailedStep } from './build-failure.ts';
import { readLogLine } from './read-log-line.ts';

/** Lines kept for the error message. */
const tailLines = 12;
const longestLine = 2_000;

/**
 * Reads what the classic builder writes: lines that may come in pieces, of which `Step 2/5 : RUN make` begins a step and
 * ` ---> …` only tells ids.
 */
export type BuildLog = {
  /** The events of one more piece of text. */
  read(text: string): BuildEvent[];
  /** What is left when the log ends in the middle of a line. */
  end(): BuildEvent[];
  /** The builder's error with the step it happened in and what that said last. */
  explain(error: unknown): unknown;
};

export function createBuildLog(service: string): BuildLog {
  let rest = '';
  let step: FailedStep | null = null;
  let tail: string[] = [];

  const readLine = (raw: string): BuildEvent[] => {
    const line = readLogLine(raw);
    const begun = /^Step (\d+)\/(\d+) : (.*)$/.exec(line);
    if (begun !== null) {
      step = { number: Number(begun[1]), total: Number(begun[2]), text: begun[3] ?? '' };
      tail = [];
      return [{ kind: 'step', ...step }];
    }
    if (line === '' || isNoise(line)) return [];
    tail = [...tail, line].slice(-tailLines);
    return [{ kind: 'output', text: line }];
  };

  return {
    read(text) {
      const lines = `${rest}${text}`.split('\n');
      rest = (lines.pop() ?? '').slice(-longestLine);
      return lines.flatMap(readLine);
    },
    end() {
      const line = rest;
      rest = '';
      return line === '' ? [] : readLine(line);
    },
    explain: (error) => createBuildFailure(service, { error, step, tail }),
  };
}

/** Lines about the builder's own containers and layers. */
function isNoise(line: string): boolean {
  return /^ ---> |^Removing intermediate container |^Successfully (built|tagged) /.test(line);
}
