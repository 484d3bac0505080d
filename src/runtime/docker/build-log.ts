import { CraneError } from '../../core/error/crane-error.ts';
import type { BuildEvent } from '../../core/port/runtime.ts';

/** Lines kept for the error message. */
const tailLines = 12;
const longestLine = 2_000;
/** The builder paints what comes from standard error. */
const colours = new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*[A-Za-z]`, 'g');

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
  let step: { number: number; total: number; text: string } | null = null;
  let tail: string[] = [];

  const readLine = (raw: string): BuildEvent[] => {
    // A carriage return overwrites the line, as progress bars do.
    const line = (raw.replace(colours, '').replace(/\r+$/, '').split('\r').at(-1) ?? '').slice(
      0,
      longestLine,
    );
    const begun = /^Step (\d+)\/(\d+) : (.*)$/.exec(line);
    if (begun !== null) {
      step = { number: Number(begun[1]), total: Number(begun[2]), text: begun[3] ?? '' };
      tail = [];
      return [{ kind: 'step', ...step }];
    }
    if (line.trim() === '' || isNoise(line)) return [];
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
    explain(error) {
      if (!(error instanceof CraneError) || !isBuildersWord(error)) return error;
      // The transport's words begin with its own name of the call.
      const reason = error.message.replace(/^Build [^ ]+: /, '');
      const at = step === null ? '' : ` at step ${step.number}/${step.total} "${step.text}"`;
      return new CraneError(
        'image.build_failed',
        {
          message: [
            `The build of ${service} failed${at}: ${reason}`,
            ...tail.map((line) => `  ${line}`),
          ].join('\n'),
          fix: 'Correct the Dockerfile or its context, and deploy again; what ran before keeps running.',
        },
        { cause: error },
      );
    },
  };
}

/** A Dockerfile that cannot be read is refused before the log begins, in the engine's general words. */
function isBuildersWord({ code, message }: CraneError): boolean {
  return (
    code === 'image.build_failed' ||
    (code === 'engine.failed' && /dockerfile|instruction|stage/i.test(message))
  );
}

/** Lines about the builder's own containers and layers. */
function isNoise(line: string): boolean {
  return /^ ---> |^Removing intermediate container |^Successfully (built|tagged) /.test(line);
}
