import type { MapNode, NodePath } from './compose-node.ts';
import type { Lookup } from './interpolate.ts';
import type { Report } from './report.ts';

/** A file by its place, as `joinPath` makes it; `text` where the caller has it already. */
export type ModelFile = { path: string; text?: string };

/** What holds for all files of one model: the folder that relative paths begin at, and the variables. */
export type ModelSetting = { folder: string; environment: Readonly<Record<string, string>> };

/** What holds for the whole load. */
export type LoadState = {
  readText: (path: string) => string | undefined;
  /** How a file is called in problems. */
  nameOf: (path: string) => string;
  home: string | undefined;
  report: Report;
  warn: Report;
  /** Set when a file cannot be read on: what is built on it would only mislead. */
  isBroken: boolean;
  /** Set when a part is missing that others refer to: rules across services would only mislead. */
  isPartial: boolean;
  /** Values that `extends` has copied so far. */
  copied: number;
  loadModel: (
    files: readonly ModelFile[],
    setting: ModelSetting,
    state: LoadState,
    stack: readonly string[],
  ) => MapNode;
  /** The services of a file that others extend; null when there is no such file. */
  loadBase: (path: string, folder: string, setting: ModelSetting, state: LoadState) => BaseServices | null;
};

export type BaseServices = { services: MapNode; resets: readonly NodePath[] };

export function lookupIn(environment: Readonly<Record<string, string>>): Lookup {
  return (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
}
