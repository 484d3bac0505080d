import type { SessionSocket } from '../client/open-session.ts';
import type { FactorCalls } from './factor-calls.ts';
import type { PeopleCalls } from './people-calls.ts';
import type { AuthorityCalls } from './authority-calls.ts';
import type { AdmissionCalls } from './admission-calls.ts';
import type { ChaosCalls } from './chaos-calls.ts';
import type { CostCalls } from './cost-calls.ts';
import type { LabCalls } from './lab-calls.ts';
import type { PolicyCalls } from './policy-calls.ts';
import type { AlertCalls } from './alert-calls.ts';
import type { SilenceCalls } from './silence-calls.ts';
import type { NotifyCalls } from './notify-calls.ts';
import type { RuleCalls } from './rule-calls.ts';
import type { ScalingCalls } from './scaling-calls.ts';
import type { DeliveryApi } from './connect-delivery.ts';
import type {
  AppView,
  BundleView,
  ComposeView,
  DecisionView,
  ExplanationView,
  FeedEventView,
  ImageView,
  InstancePortView,
  InstanceProcessesView,
  InstanceView,
  LoadReportView,
  LogLineView,
  OperationEventView,
  OperationView,
  PreviewView,
  ReleaseDiffView,
  ReleaseView,
  StatusView,
  UsageReportView,
  UserView,
  WarningView,
} from './views.ts';

export type DeployRequest = {
  name?: string | undefined;
  files: { path: string; text: string }[];
  support: Record<string, string>;
  environment: Record<string, string>;
  profiles: string[];
  directory?: string | undefined;
  /** Only for an app that runs. */
  canary?: number | undefined;
  pull?: 'missing' | 'always' | 'never' | undefined;
  /** By service that is built: the context that was sent, and the text of a Dockerfile outside it. */
  builds?: Record<string, { context: string; dockerfile?: string }> | undefined;
  isBuilding?: boolean | undefined;
  /** Secrets that the app is given with it, by name. */
  secrets?: Record<string, string> | undefined;
};

export type BuildRequest = DeployRequest & {
  services: string[];
  isPullingBases: boolean;
  hasCache: boolean;
};

export type LoadRequest = {
  service?: string | undefined;
  path: string;
  method: 'GET' | 'POST';
  phases: { durationMs: number; fromRate: number; toRate: number }[];
  connections?: number | undefined;
  timeoutMs?: number | undefined;
};

export type LogRequest = {
  service?: string | undefined;
  follow: boolean;
  tail: number | null;
  sinceMs: number | null;
  untilMs: number | null;
};

export type PortRequest = {
  service?: string;
  /** Inside the instance. */
  port?: number;
  protocol?: 'tcp' | 'udp' | 'sctp';
};

/** A path of an instance; absolute. */
export type FilePlace = { app: string; service: string | null; slot: number | null; path: string };

export type Accepted = { operation: OperationView };

/** Images: built, pulled, listed. */
export type BuildApi = {
  /** Sends a tar that images are built from. */
  sendContext(bytes: AsyncIterable<Uint8Array>): Promise<{ id: string }>;
  /** Builds and deploys nothing; null = a new app. */
  build(
    ref: string | null,
    request: BuildRequest,
  ): Promise<Accepted & { app: AppView; warnings: WarningView[] }>;
  pull(ref: string): Promise<Accepted>;
  /** Newest first; of one app, or of all. */
  images(ref: string | undefined): Promise<ImageView[]>;
};

export type ImportRequest = {
  /** A ZIP archive. */
  archive: Uint8Array;
  name?: string | undefined;
  envFile?: string | undefined;
  pull?: DeployRequest['pull'];
};

/** The control plane as the commands see it. Every call fails with a `CliError`. */
export type Api = BuildApi & {
  url: string;
  delivery: DeliveryApi;
  setUp(input: { setupToken: string; name: string }): Promise<{ token: string; user: UserView }>;
  me(): Promise<UserView>;
  /** A further token of one's own; the secret is told this once. */
  createToken(input: { name: string; expiresInSeconds: number }): Promise<{ secret: string }>;
  status(): Promise<StatusView>;
  apps(): Promise<AppView[]>;
  app(ref: string): Promise<AppView>;
  instances(ref: string): Promise<InstanceView[]>;
  /** What the instances use now. */
  stats(ref: string): Promise<UsageReportView>;
  /** With `isUpdating` the own app of this name is brought to the files, where there is one. */
  create(
    request: DeployRequest & { isUpdating?: boolean },
  ): Promise<Accepted & { app: AppView; warnings: WarningView[] }>;
  redeploy(
    ref: string,
    request: DeployRequest,
  ): Promise<Accepted & { app: AppView; warnings: WarningView[] }>;
  /** With `forMs` the autoscaler leaves the numbers alone so long. */
  scale(ref: string, replicas: Record<string, number>, forMs?: number): Promise<Accepted>;
  scaling: ScalingCalls;
  rules: RuleCalls;
  policies: PolicyCalls;
  admission: AdmissionCalls;
  cost: CostCalls;
  labs: LabCalls;
  chaos: ChaosCalls;
  people: PeopleCalls;
  factors: FactorCalls;
  authority: AuthorityCalls;
  alerts: AlertCalls;
  silences: SilenceCalls;
  notify: NotifyCalls;
  stop(ref: string): Promise<Accepted>;
  start(ref: string): Promise<Accepted>;
  restart(ref: string, service?: string): Promise<Accepted>;
  /** Newest first. */
  releases(ref: string): Promise<ReleaseView[]>;
  /** The compose files resolved; nothing is stored. */
  check(request: DeployRequest): Promise<ComposeView>;
  /** What deploying would change; null = a new app. */
  plan(ref: string | null, request: DeployRequest): Promise<PreviewView>;
  /** Without a number: the newest earlier release that differs. */
  /** Another share of the requests for the canary, of 100. */
  weighCanary(ref: string, weight: number): Promise<Accepted>;
  abortCanary(ref: string): Promise<Accepted>;
  promoteCanary(ref: string): Promise<Accepted>;
  /** The deployment that is under way stops before its next step. */
  pause(ref: string): Promise<Accepted & { app: AppView }>;
  resume(ref: string): Promise<Accepted>;
  rollback(ref: string, release?: number): Promise<Accepted & { changes: ReleaseDiffView }>;
  clone(ref: string, body: { name?: string; withSecrets?: boolean }): Promise<Accepted & { app: AppView }>;
  /** To the person of this name. */
  transfer(ref: string, to: string): Promise<{ app: string; owner: string }>;
  rename(ref: string, name: string): Promise<Accepted & { app: AppView }>;
  /** The app as files that serve it without Crane. */
  bundle(ref: string): Promise<BundleView>;
  /** The same as a ZIP archive. */
  archive(ref: string): Promise<Uint8Array>;
  /** The generated compose file of the current release, as YAML. */
  compose(ref: string): Promise<string>;
  importArchive(request: ImportRequest): Promise<Accepted & { app: AppView; warnings: WarningView[] }>;
  remove(ref: string, volumes: string[]): Promise<Accepted>;
  startLoad(ref: string, request: LoadRequest): Promise<Accepted & { id: string }>;
  /** Report of a finished load. */
  load(ref: string, id: string): Promise<LoadReportView>;
  decisions(filter: {
    app?: string | undefined;
    onlyChanges?: boolean;
    limit: number;
  }): Promise<DecisionView[]>;
  decision(id: string): Promise<ExplanationView>;
  operation(id: string): Promise<OperationView>;
  cancel(id: string): Promise<void>;
  /** From the first step on; ends after the last. */
  operationEvents(id: string, signal: AbortSignal): AsyncIterable<OperationEventView>;
  /** The feed after this sequence number; with null from `sinceMs` or now on. Does not end by itself, unless told. */
  feed(
    after: number | null,
    signal: AbortSignal,
    more?: { sinceMs?: number | null; isEndless?: boolean },
  ): AsyncIterable<FeedEventView>;
  logs(ref: string, request: LogRequest, signal: AbortSignal): AsyncIterable<LogLineView>;
  processes(ref: string, service: string | null): Promise<InstanceProcessesView[]>;
  /** A file or folder as a tar. */
  readFiles(place: FilePlace): AsyncIterable<Uint8Array>;
  /** Unpacks a tar into a folder. */
  writeFiles(place: FilePlace, tar: AsyncIterable<Uint8Array>): Promise<void>;
  /** Published ones. */
  ports(ref: string, only: PortRequest): Promise<InstancePortView[]>;
  /** A command in an instance; the first message says which. */
  exec(
    ref: string,
    target: { service: string | null; slot: number | null },
    signal: AbortSignal,
  ): Promise<SessionSocket>;
  /** A one-off instance of a service; the first message says with which command. */
  run(ref: string, service: string, signal: AbortSignal): Promise<SessionSocket>;
  /** A report each second, until the app is gone. */
  followStats(ref: string, signal: AbortSignal): AsyncIterable<UsageReportView>;
};
