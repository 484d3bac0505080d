import type { EngineCreate } from '../../../core/service/engine-create.ts';
import { z } from 'zod';
import { createdPayload } from './created-reply.ts';
import type { CreatedPayload } from '../../../core/admission/created-payload.ts';
import {
  containerDetails,
  containerSummary,
  createdContainer,
  topTable,
  waitResult,
  type ContainerDetails,
  type ContainerSummary,
} from './container-reply.ts';
import { enginePath, renderFilters, type Filters } from './request-path.ts';
import { containerStats, type ContainerStats } from './stats-reply.ts';
import { parseValue, type Transport } from './transport.ts';

export type EngineLogOptions = {
  follow: boolean;
  /** Lines from the end; null = all. */
  tail: number | null;
  sinceMs: number | null;
  hasTimestamps: boolean;
};

export type ContainersApi = {
  list(request: { all: boolean; filters?: Filters }, signal?: AbortSignal): Promise<ContainerSummary[]>;
  /** By id or exact name. */
  inspect(id: string, signal?: AbortSignal): Promise<ContainerDetails>;
  /** The same inspection, read for what admission judges. */
  inspectCreated(id: string, signal?: AbortSignal): Promise<CreatedPayload>;
  /** `engine.conflict` when the name is taken, `engine.not_found` when the image is absent. */
  create(
    request: { name: string; create: EngineCreate; platform?: string },
    signal?: AbortSignal,
  ): Promise<{ id: string; warnings: readonly string[] }>;
  /** False when it ran already. */
  start(id: string, signal?: AbortSignal): Promise<boolean>;
  /** Stop signal, grace, kill. `graceSeconds` null = the container's own. False when it was stopped already. */
  stop(id: string, graceSeconds: number | null, signal?: AbortSignal): Promise<boolean>;
  kill(id: string, posixSignal: string, signal?: AbortSignal): Promise<void>;
  pause(id: string, signal?: AbortSignal): Promise<void>;
  unpause(id: string, signal?: AbortSignal): Promise<void>;
  /** Limits of a container, running or not. */
  update(id: string, limits: { NanoCpus?: number; Memory?: number }, signal?: AbortSignal): Promise<void>;
  rename(id: string, name: string, signal?: AbortSignal): Promise<void>;
  remove(id: string, request?: { force?: boolean; volumes?: boolean }, signal?: AbortSignal): Promise<void>;
  /** Waits until it stops, without a time limit but the signal's. */
  wait(id: string, signal?: AbortSignal): Promise<{ exitCode: number; error: string }>;
  /** As the engine sends them: multiplexed unless the container has a terminal (see demultiplex.ts). */
  logs(id: string, options: EngineLogOptions, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** One sample; up to a second when the engine has none at hand. */
  stats(id: string, signal?: AbortSignal): Promise<ContainerStats>;
  /** A sample a second until the reader stops; without `at` while the container does not run. */
  streamStats(id: string, signal?: AbortSignal): AsyncIterable<ContainerStats>;
  top(
    id: string,
    signal?: AbortSignal,
  ): Promise<{ titles: readonly string[]; processes: readonly string[][] }>;
  /** Unpacks a tar into a folder of the container, running or not. */
  putArchive(id: string, path: string, tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** A file or folder of the container as a tar. */
  getArchive(id: string, path: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
};

/** The engine's own grace when a container sets none, and what is added for the kill after it. */
const unknownGraceSeconds = 900;
const killMs = 60_000;
const archiveTimeoutMs = 600_000;
/** The engine sends a sample a second; with hundreds of containers its round takes some more. */
const statsSilenceMs = 20_000;

export function createContainersApi(transport: Transport): ContainersApi {
  const post = (what: string, path: string, signal?: AbortSignal, query = {}): Promise<number> =>
    transport.send({ what, method: 'POST', path, query, signal });
  return {
    list: ({ all, filters }, signal) =>
      transport.json(
        {
          what: 'List containers',
          method: 'GET',
          path: '/containers/json',
          query: { all, filters: renderFilters(filters) },
          signal,
        },
        z.array(containerSummary),
      ),
    inspect: (id, signal) =>
      transport.json(
        { what: `Inspect container ${id}`, method: 'GET', path: enginePath`/containers/${id}/json`, signal },
        containerDetails,
      ),
    inspectCreated: (id, signal) =>
      transport.json(
        { what: `Inspect container ${id}`, method: 'GET', path: enginePath`/containers/${id}/json`, signal },
        createdPayload,
      ),
    create: ({ name, create, platform }, signal) =>
      transport.json(
        {
          what: `Create container ${name}`,
          method: 'POST',
          path: '/containers/create',
          query: { name, platform },
          body: { json: create },
          timeoutMs: 120_000,
          signal,
        },
        createdContainer,
      ),
    start: async (id, signal) =>
      (await post(`Start container ${id}`, enginePath`/containers/${id}/start`, signal)) !== 304,
    stop: async (id, graceSeconds, signal) =>
      (await transport.send({
        what: `Stop container ${id}`,
        method: 'POST',
        path: enginePath`/containers/${id}/stop`,
        query: { t: graceSeconds ?? undefined },
        timeoutMs: (graceSeconds ?? unknownGraceSeconds) * 1000 + killMs,
        isSlow: true,
        signal,
      })) !== 304,
    kill: async (id, posixSignal, signal) => {
      await post(`Kill container ${id}`, enginePath`/containers/${id}/kill`, signal, { signal: posixSignal });
    },
    pause: async (id, signal) => {
      await post(`Pause container ${id}`, enginePath`/containers/${id}/pause`, signal);
    },
    unpause: async (id, signal) => {
      await post(`Unpause container ${id}`, enginePath`/containers/${id}/unpause`, signal);
    },
    update: async (id, limits, signal) => {
      await transport.send({
        what: `Update container ${id}`,
        method: 'POST',
        path: enginePath`/containers/${id}/update`,
        body: { json: limits },
        signal,
      });
    },
    rename: async (id, name, signal) => {
      await post(`Rename container ${id}`, enginePath`/containers/${id}/rename`, signal, { name });
    },
    remove: async (id, { force = false, volumes = false } = {}, signal) => {
      await transport.send({
        what: `Remove container ${id}`,
        method: 'DELETE',
        path: enginePath`/containers/${id}`,
        query: { force, v: volumes },
        isSlow: true,
        signal,
      });
    },
    ...streamsApi(transport),
  };
}

type StreamsApi = Pick<
  ContainersApi,
  'wait' | 'logs' | 'stats' | 'streamStats' | 'top' | 'putArchive' | 'getArchive'
>;

function streamsApi(transport: Transport): StreamsApi {
  return {
    wait: async (id, signal) => {
      const request = {
        what: `Wait for container ${id}`,
        method: 'POST' as const,
        path: enginePath`/containers/${id}/wait`,
        query: { condition: 'not-running' },
        signal,
      };
      // The engine sends the headers at once and the answer when the container stops.
      for await (const line of transport.lines(request)) return parseValue(line, waitResult, request.what);
      return parseValue(null, waitResult, request.what);
    },
    logs: (id, { follow, tail, sinceMs, hasTimestamps }, signal) =>
      transport.bytes({
        what: `Read the log of container ${id}`,
        method: 'GET',
        path: enginePath`/containers/${id}/logs`,
        query: {
          stdout: true,
          stderr: true,
          follow,
          timestamps: hasTimestamps,
          tail: tail ?? 'all',
          since: sinceMs === null ? undefined : (sinceMs / 1000).toFixed(3),
        },
        signal,
      }),
    stats: (id, signal) =>
      transport.json(
        {
          what: `Read the statistics of container ${id}`,
          method: 'GET',
          path: enginePath`/containers/${id}/stats`,
          query: { stream: false, 'one-shot': true },
          isSlow: true,
          signal,
        },
        containerStats,
      ),
    streamStats: async function* (id, signal) {
      const what = `Read the statistics of container ${id}`;
      const path = enginePath`/containers/${id}/stats`;
      const lines = transport.lines({
        what,
        method: 'GET',
        path,
        query: { stream: true },
        idleTimeoutMs: statsSilenceMs,
        signal,
      });
      for await (const line of lines) yield parseValue(line, containerStats, what);
    },
    top: (id, signal) =>
      transport.json(
        {
          what: `List the processes of container ${id}`,
          method: 'GET',
          path: enginePath`/containers/${id}/top`,
          signal,
        },
        topTable,
      ),
    putArchive: async (id, path, tar, signal) => {
      await transport.send({
        what: `Copy into container ${id}`,
        method: 'PUT',
        path: enginePath`/containers/${id}/archive`,
        query: { path, noOverwriteDirNonDir: true },
        body: { bytes: tar, type: 'application/x-tar' },
        timeoutMs: archiveTimeoutMs,
        isSlow: true,
        signal,
      });
    },
    getArchive: (id, path, signal) =>
      transport.bytes({
        what: `Copy ${path} out of container ${id}`,
        method: 'GET',
        path: enginePath`/containers/${id}/archive`,
        query: { path },
        signal,
      }),
  };
}
