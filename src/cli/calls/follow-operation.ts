import type { Api } from './api.ts';
import { CliError, exitCodes } from '../cli-error.ts';
import { escapeLine } from '../output/escape.ts';
import type { ProgressLines, StepProgress } from '../output/progress-lines.ts';
import type { OperationEventView, OperationView } from './views.ts';

/** The step that says how the whole operation ended. */
const lastStep = 'end';

function numberIn(data: Record<string, unknown>, key: string): number | undefined {
  const value = data[key];
  return typeof value === 'number' ? value : undefined;
}

/** `image.web` `crane/whoami:1 is sha256:…` → a line of progress; bytes where the step counts them. */
export function progressOf(event: OperationEventView): StepProgress {
  const { step, state, text, data } = event;
  const done = numberIn(data, 'doneBytes');
  const total = numberIn(data, 'totalBytes');
  return {
    step,
    state,
    text: text === '' ? step : text,
    done,
    total,
    unit: done === undefined ? undefined : 'bytes',
  };
}

/** What a step wrote, each line with the last part of the step's name before it: `web | hello`. */
function linesOf({ step, data }: OperationEventView): string[] {
  const lines = data['lines'];
  if (!Array.isArray(lines)) return [];
  const name = step.slice(step.indexOf('.') + 1);
  return lines.map((line) => escapeLine(`${name} | ${String(line)}`));
}

/** Steps that nobody closed end with the operation. */
function closeSteps(open: Map<string, string>, state: 'done' | 'failed', lines: ProgressLines): void {
  for (const [step, text] of open) lines.show({ step, state, text });
  open.clear();
}

function interrupted(operation: OperationView): CliError {
  return new CliError({
    code: 'interrupted',
    detail: `Stopped watching; the ${operation.kind} goes on (${operation.id}).`,
    fix: `Look at it with: crane ls, crane events; end it with: crane cancel ${operation.id}`,
    exitCode: exitCodes.interrupted,
  });
}

/** The error of an operation that did not succeed. */
export function errorOfOperation(operation: OperationView): CliError {
  const { error } = operation;
  if (error === null) {
    return new CliError({
      code: 'operation.cancelled',
      detail: `The ${operation.kind} was ${operation.status}.`,
    });
  }
  const { message, ...problem } = error;
  return new CliError({ ...problem, detail: message, title: `The ${operation.kind} failed` });
}

/**
 * Shows the steps of an operation while they happen, and gives it back when it succeeded.
 * @throws CliError of the operation when it failed or was cancelled; `interrupted` when the signal aborts first.
 */
export async function followOperation(
  api: Pick<Api, 'operation' | 'operationEvents'>,
  operation: OperationView,
  {
    lines,
    signal,
    onEvent,
  }: { lines: ProgressLines; signal: AbortSignal; onEvent?: (event: OperationEventView) => void },
): Promise<OperationView> {
  const open = new Map<string, string>();
  try {
    for await (const event of api.operationEvents(operation.id, signal)) {
      onEvent?.(event);
      const isEnd = event.step === lastStep;
      if (isEnd) closeSteps(open, event.state === 'failed' ? 'failed' : 'done', lines);
      if (isEnd) break;
      for (const line of linesOf(event)) lines.say(line);
      lines.show(progressOf(event));
      if (event.state === 'started' || event.state === 'progress') open.set(event.step, event.text);
      else open.delete(event.step);
    }
  } finally {
    lines.end();
  }
  if (signal.aborted) throw interrupted(operation);
  const ended = await api.operation(operation.id);
  if (ended.status !== 'succeeded') throw errorOfOperation(ended);
  return ended;
}
