import type { CreatedPayload } from '../admission/created-payload.ts';
import type { ResolvedImage } from '../app/app.ts';
import type { Disturbance } from '../chaos/chaos.ts';
import type { BuildPlan } from '../build/build-plan.ts';
import type { InstanceSpec } from '../service/engine-create.ts';
import type { ObservedInstance } from '../service/instance.ts';
import type { UsageSample } from '../usage/usage.ts';
import type { InstanceFiles } from './instance-files.ts';
import type { InstanceSessions } from './instance-session.ts';

export type RuntimeInfo = {
  version: string;
  apiVersion: string;
  os: string;
  architecture: string;
  cpus: number;
  memoryBytes: number;
};

/** CIDRs and addresses, IPv4 or IPv6. */
export type AddressPool = {
  subnet: string;
  gateway?: string;
  ipRange?: string;
  reserved?: Readonly<Record<string, string>>;
};

export type NetworkSpec = {
  name: string;
  /** App that owns it, for the label; null for the platform's own. */
  app: string | null;
  /** CIDR; null lets the engine choose. */
  subnet: string | null;
  isInternal: boolean;
  /** Further address pools: an IPv6 one, or more of the file's. */
  morePools?: readonly AddressPool[];
  /** Of the first pool. */
  pool?: Omit<AddressPool, 'subnet'>;
  hasIpv6?: boolean;
  addressOptions?: Readonly<Record<string, string>>;
  driver?: string;
  labels?: Readonly<Record<string, string>>;
  driverOptions?: Readonly<Record<string, string>>;
};
export type ObservedNetwork = {
  name: string;
  app: string | null;
  subnets: readonly string[];
  isOwn: boolean;
};

/** Something of the engine that an app names and does not own; `isOwn`: this installation made it, for `app` or for itself. */
export type ForeignObject = { isOwn: boolean; app: string | null };

/** A file to be written into an instance. Without an owner it is root's. */
export type FileContent = { path: string; mode: number; uid?: number; gid?: number; text: string };

/** A command inside an instance. `environment`: `NAME=value`. */
export type InstanceCommand = {
  command: readonly string[];
  user?: string;
  workingDirectory?: string;
  environment?: readonly string[];
  isPrivileged?: boolean;
};

export type VolumeSpec = {
  name: string;
  app: string;
  driver?: string;
  driverOptions?: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
};

export type PullProgress = {
  layer: string;
  status: string;
  doneBytes: number | null;
  totalBytes: number | null;
};

/** What a build tells while it goes on; the last is `built`. */
export type BuildEvent =
  /** Others build; one build at a time is under way. */
  | { kind: 'waiting' }
  | { kind: 'step'; number: number; total: number; text: string }
  | { kind: 'output'; text: string }
  | { kind: 'pull'; progress: PullProgress }
  | { kind: 'built'; imageId: string };

/** An image on this machine, under all names it has here. */
export type LocalImage = {
  imageId: string;
  names: readonly string[];
  sizeBytes: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
};

/** What the image says of itself; used for ports, users and admission. */
export type ImageFacts = {
  imageId: string;
  repoDigests: readonly string[];
  user: string;
  exposedPorts: readonly string[];
  hasHealthcheck: boolean;
  environment: readonly string[];
  /** Their names. */
  labels: readonly string[];
  sizeBytes: number;
  createdAt: number | null;
};

export type LogLine = {
  instance: string;
  stream: 'stdout' | 'stderr';
  /** Milliseconds since the epoch. */ at: number | null;
  text: string;
};
export type LogRequest = {
  follow: boolean;
  /** Lines from the end; null = all. */ tail: number | null;
  sinceMs: number | null;
};

/** An engine event of this installation's instances; it only marks the app dirty, the loop looks for itself. */
export type RuntimeEvent = {
  kind:
    | 'created'
    | 'started'
    | 'died'
    | 'stopped'
    | 'killed'
    | 'oom'
    | 'removed'
    | 'health'
    | 'renamed'
    | 'network'
    | 'other'
    | 'reconnected';
  app: string | null;
  instance: string | null;
  id: string | null;
  /** Of what joined or left it, where the engine tells. */
  network?: string;
  at: number;
};

/** A one-off instance as the runtime sees it. */
export type ObservedOneOff = { id: string; name: string; app: string; service: string; createdAt: number };

/**
 * Runs instances. Every call touches only objects labelled with this installation; "already exists" and "not found" are
 * answers, not errors, where the docstring says so. All calls time out by themselves and honour `signal`.
 */
export type Runtime = InstanceSessions &
  InstanceFiles & {
    info(signal?: AbortSignal): Promise<RuntimeInfo>;
    /** All instances of this installation, or of one app; stopped and exited ones too. */
    observeInstances(app: string | null, signal?: AbortSignal): Promise<ObservedInstance[]>;
    /** One-off instances of this installation, or of one app, running or not. They are in no other list. */
    observeOneOffs(app: string | null, signal?: AbortSignal): Promise<ObservedOneOff[]>;
    observeNetworks(signal?: AbortSignal): Promise<ObservedNetwork[]>;
    /** Creates it when absent; an existing own one is left as it is. */
    ensureNetwork(spec: NetworkSpec, signal?: AbortSignal): Promise<void>;
    /** Absent is fine. Detaches whatever is still attached (the router). */
    removeNetwork(name: string, signal?: AbortSignal): Promise<void>;
    /** Removes it unless something else than the container `except` runs on it. False = it stays; absent is fine. */
    removeIdleNetwork(name: string, except: string, signal?: AbortSignal): Promise<boolean>;
    /** Attaches a part's container (`crane-traefik`) to a network; attached already is fine. */
    attach(container: string, network: string, signal?: AbortSignal): Promise<void>;
    detach(container: string, network: string, signal?: AbortSignal): Promise<void>;
    /** The network, volume or container of exactly this name, whosever it is; null = there is none. */
    findForeign(
      kind: 'network' | 'volume' | 'container',
      name: string,
      signal?: AbortSignal,
    ): Promise<ForeignObject | null>;
    ensureVolume(spec: VolumeSpec, signal?: AbortSignal): Promise<void>;
    removeVolume(name: string, signal?: AbortSignal): Promise<void>;
    /** Local image, or pulled when `pull` allows; `image.not_found` / `image.pull_failed` otherwise. */
    resolveImage(
      request: {
        ref: string;
        pull: 'missing' | 'always' | 'never';
        /** `linux/arm64` or `linux/arm/v7`; a local image for another one is as good as none. Absent = any. */
        platform?: string;
        onProgress?: (progress: PullProgress) => void;
      },
      signal?: AbortSignal,
    ): Promise<ResolvedImage>;
    imageFacts(imageId: string, signal?: AbortSignal): Promise<ImageFacts>;
    /**
     * Builds an image from its context, a tar, within the plan's limits. Leaving the loop or aborting the signal ends the build.
     * `image.build_failed` names the failing step and what it said last.
     */
    buildImage(
      request: { plan: BuildPlan; context: AsyncIterable<Uint8Array> },
      signal?: AbortSignal,
    ): AsyncIterable<BuildEvent>;
    /** All images that have a name. */
    listImages(signal?: AbortSignal): Promise<LocalImage[]>;
    /** Gives a local image one more name, or a name of another image to this one. */
    nameImage(imageId: string, name: string, signal?: AbortSignal): Promise<void>;
    /** Takes a name from an image, which goes with its last one. Absent is fine; one that is in use stays. */
    removeImageName(name: string, signal?: AbortSignal): Promise<void>;
    /** The image as a tar, for the scanner. */
    saveImage(imageId: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
    /** An own instance of this name with the same spec hash is adopted; a foreign one is `engine.conflict`. */
    createInstance(spec: InstanceSpec, signal?: AbortSignal): Promise<{ id: string; isAdopted: boolean }>;
    /** What the engine made of the payload of an own instance; null = it is gone. Asked anew each time. */
    inspectCreated(id: string, signal?: AbortSignal): Promise<CreatedPayload | null>;
    /** Writes files into an own instance, running or not; what is there is replaced, folders are made. */
    putFiles(id: string, files: readonly FileContent[], signal?: AbortSignal): Promise<void>;
    /** Runs a command in an own running instance to its end. `output`: the last 64 KiB of what it said. */
    runCommand(
      id: string,
      command: InstanceCommand,
      signal?: AbortSignal,
    ): Promise<{ exitCode: number; output: string }>;
    /** Running already is fine. */
    startInstance(id: string, signal?: AbortSignal): Promise<void>;
    /** Stop signal, grace, then kill. Stopped or gone already is fine. */
    stopInstance(id: string, graceMs: number | null, signal?: AbortSignal): Promise<void>;
    killInstance(id: string, signal?: AbortSignal): Promise<void>;
    /** Disturbs an own instance, or puts it back; what is so already, does not run or is gone is fine. */
    disturbInstance(id: string, act: Disturbance, signal?: AbortSignal): Promise<void>;
    /** Removes the instance and its anonymous volumes; gone already is fine. */
    removeInstance(id: string, signal?: AbortSignal): Promise<void>;
    logs(id: string, instance: string, request: LogRequest, signal?: AbortSignal): AsyncIterable<LogLine>;
    /**
     * What an own instance uses: a sample within about a second, then about one each `everyMs` (from 1,000 on; measuring costs the
     * runtime far more than Crane). Ends when it does not run or is gone; throws when the stream breaks or falls silent.
     */
    watchUsage(id: string, request: { everyMs: number }, signal: AbortSignal): AsyncIterable<UsageSample>;
    /**
     * Established connections to this port of an own running instance, whoever opened them; null = they cannot be counted on this
     * engine. An instance that does not run has none.
     */
    countConnections(id: string, port: number, signal?: AbortSignal): Promise<number | null>;
    /** Never ends by itself: reconnects with backoff and yields `reconnected` after each gap. */
    watch(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
  };

/** Runs one short-lived, sealed container: no network, no socket, read-only root, all capabilities dropped, memory cap. */
export type Sandbox = {
  run(request: {
    image: string;
    command: readonly string[];
    mounts: readonly { hostPath: string; path: string; isReadOnly: boolean }[];
    environment?: Readonly<Record<string, string>>;
    user?: string;
    memoryBytes: number;
    timeoutMs: number;
    onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
    signal?: AbortSignal;
  }): Promise<{
    exitCode: number;
    stdout: string;
    stderr: string;
    isOomKilled: boolean;
    isTimedOut: boolean;
  }>;
};
