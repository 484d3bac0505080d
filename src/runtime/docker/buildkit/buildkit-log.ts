import type { BuildEvent } from '../../../core/port/runtime.ts';
import { createBuildFailure, type FailedStep } from '../build-failure.ts';
import { readLogLine } from '../read-log-line.ts';
import { parseBuildStatus, type Vertex, type VertexLog, type VertexStatus } from './parse-status.ts';

type Step = FailedStep & { isTold: boolean; rest: string; tail: string[] };

/** Lines kept of each step for the error message. */
const tailLines = 12;

/** Reads what BuildKit tells of a build: steps that may run at the same time, what each writes, layers that are pulled. */
export type BuildKitLog = {
  /** The events of one message, `StatusResponse` in protobuf. Throws a `RangeError` for another. */
  read(bytes: Uint8Array): BuildEvent[];
  /** What is left of lines that have no end. */
  end(): BuildEvent[];
  /** The builder's error with the step it happened in and what that said last. */
  explain(error: unknown): unknown;
};

export function createBuildKitLog(service: string): BuildKitLog {
  /** By digest; of those that a Dockerfile names. */
  const steps = new Map<string, Step>();
  const told = new Map<string, number>();
  let failed: Step | null = null;

  const readVertex = (vertex: Vertex): BuildEvent[] => {
    const step = steps.get(vertex.digest) ?? parseStep(vertex.name);
    if (step === null) return [];
    steps.set(vertex.digest, step);
    if (vertex.error !== '' && !/context canceled/.test(vertex.error)) failed ??= step;
    if (step.isTold || !(vertex.hasStarted || vertex.isCached)) return [];
    step.isTold = true;
    const { number, total, text } = step;
    return [{ kind: 'step', number, total, text }];
  };
  const readText = ({ vertex, text }: VertexLog): BuildEvent[] => {
    const step = steps.get(vertex);
    if (step === undefined) return [];
    const lines = `${step.rest}${text}`.split('\n');
    step.rest = (lines.pop() ?? '').slice(-2_000);
    return lines.flatMap((line) => tellLine(step, line));
  };
  const readStatus = ({ id, vertex, name, current, total, hasEnded }: VertexStatus): BuildEvent[] => {
    if (total === 0 || !steps.has(vertex) || told.get(id) === current) return [];
    told.set(id, current);
    const layer = id.replace(/^sha256:/, '').slice(0, 12);
    const status = hasEnded ? 'done' : name;
    return [{ kind: 'pull', progress: { layer, status, doneBytes: current, totalBytes: total } }];
  };

  return {
    read(bytes) {
      const { vertexes, statuses, logs } = parseBuildStatus(bytes);
      return [...vertexes.flatMap(readVertex), ...statuses.flatMap(readStatus), ...logs.flatMap(readText)];
    },
    end: () => [...steps.values()].flatMap((step) => tellLine(step, step.rest)),
    explain: (error) => createBuildFailure(service, { error, step: failed, tail: failed?.tail ?? [] }),
  };
}

/** `[2/3] COPY . .`, `[build 2/3] RUN make`; in a Dockerfile of several stages each has its own numbers. */
function parseStep(name: string): Step | null {
  const match = /^\[(?:(\S+) +)?(\d+)\/(\d+)\] (.*)$/s.exec(name);
  if (match === null) return null;
  const [, stage, number, total, text = ''] = match;
  return {
    number: Number(number),
    total: Number(total),
    text: stage === undefined ? text : `[${stage}] ${text}`,
    isTold: false,
    rest: '',
    tail: [],
  };
}

function tellLine(step: Step, raw: string): BuildEvent[] {
  const line = readLogLine(raw);
  if (line === '') return [];
  step.tail = [...step.tail, line].slice(-tailLines);
  return [{ kind: 'output', text: line }];
}
