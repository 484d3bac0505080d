import type { FileContent } from './runtime.ts';

/** A file in the memory of this machine, to be mounted read-only at `path` of an instance. */
export type LaidFile = { path: string; source: string };

/**
 * Secrets as files in the memory of the machine on which the engine runs: they are never on a disk. All instances of a service
 * of a release see the same files.
 */
export type SecretFiles = {
  /** Writes what is not there yet. Null = the engine sees no memory of this machine (it is elsewhere, or in a machine of its own). */
  lay(
    of: { app: string; release: number; service: string; files: readonly FileContent[] },
    signal?: AbortSignal,
  ): Promise<readonly LaidFile[] | null>;
  /** Whether a path of the machine is one of this app's files. */
  owns(app: string, source: string): boolean;
  /** Takes away those of an app but for these releases. Absent is fine; who has one mounted keeps it. */
  sweep(app: string, kept: readonly number[]): Promise<void>;
};
