import { readFields } from '../client/read-fields.ts';

/** A step of a build, or one of the builder's own, as it is now. */
export type Vertex = {
  digest: string;
  /** `[build 2/3] RUN make`, `[internal] load build context`, `exporting to image`. */
  name: string;
  isCached: boolean;
  hasStarted: boolean;
  hasEnded: boolean;
  /** Empty while nothing went wrong. */
  error: string;
};

/** How far a part of a step is: a layer that is pulled, for one. */
export type VertexStatus = {
  id: string;
  vertex: string;
  name: string;
  current: number;
  /** 0: unknown. */
  total: number;
  hasEnded: boolean;
};

/** What a step wrote; lines may come in pieces. */
export type VertexLog = { vertex: string; text: string };

export type BuildStatus = { vertexes: Vertex[]; statuses: VertexStatus[]; logs: VertexLog[] };

type Value = bigint | Uint8Array;
const decoder = new TextDecoder();
const textOf = (value: Value): string => (typeof value === 'bigint' ? '' : decoder.decode(value));
const countOf = (value: Value): number => (typeof value === 'bigint' ? Number(value) : 0);

/**
 * A `moby.buildkit.v1.StatusResponse` (api/services/control/control.proto of BuildKit): what changed in a build since the last one.
 * Fields that are not listed here are skipped. Throws a `RangeError` for bytes that are no such message.
 */
export function parseBuildStatus(bytes: Uint8Array): BuildStatus {
  const status: BuildStatus = { vertexes: [], statuses: [], logs: [] };
  for (const { number, value } of readFields(bytes)) {
    if (typeof value === 'bigint') continue;
    if (number === 1) status.vertexes.push(parseVertex(value));
    if (number === 2) status.statuses.push(parseVertexStatus(value));
    if (number === 3) status.logs.push(parseLog(value));
  }
  return status;
}

function parseVertex(bytes: Uint8Array): Vertex {
  const vertex: Vertex = {
    digest: '',
    name: '',
    isCached: false,
    hasStarted: false,
    hasEnded: false,
    error: '',
  };
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) vertex.digest = textOf(value);
    if (number === 3) vertex.name = textOf(value);
    if (number === 4) vertex.isCached = countOf(value) !== 0;
    if (number === 5) vertex.hasStarted = true;
    if (number === 6) vertex.hasEnded = true;
    if (number === 7) vertex.error = textOf(value);
  }
  return vertex;
}

function parseVertexStatus(bytes: Uint8Array): VertexStatus {
  const status: VertexStatus = { id: '', vertex: '', name: '', current: 0, total: 0, hasEnded: false };
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) status.id = textOf(value);
    if (number === 2) status.vertex = textOf(value);
    if (number === 3) status.name = textOf(value);
    if (number === 4) status.current = countOf(value);
    if (number === 5) status.total = countOf(value);
    if (number === 8) status.hasEnded = true;
  }
  return status;
}

function parseLog(bytes: Uint8Array): VertexLog {
  const log: VertexLog = { vertex: '', text: '' };
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) log.vertex = textOf(value);
    if (number === 4) log.text = textOf(value);
  }
  return log;
}
