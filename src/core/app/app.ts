import type { ComposeProject } from '../compose/compose-project.ts';

/** What a person wants of the whole app. A stopped app stays stopped until a person starts it. */
export type AppIntent = 'running' | 'stopped' | 'deleted';

/** State shown to people; never better than reality (see derive-app-state.ts). */
export type AppState =
  | 'pending'
  | 'scanning'
  | 'deploying'
  | 'running'
  | 'degraded'
  | 'stopped'
  | 'failed'
  | 'deleting'
  | 'unknown';

/** What a person deploys and names. */
export type App = {
  id: number;
  /** As given by the person: `shop`. */
  name: string;
  /** `<name>-<id>`: DNS-label safe, unique, what people and hosts call it. Follows the name when the app is renamed. */
  uniqueName: string;
  /**
   * The unique name it was made with, for ever: the compose project, containers, networks, volumes, files and the `app` label of
   * metrics carry it. No unique name of another app ever equals it, since both end with the id of their app.
   */
  engineName: string;
  /**
   * The engine's name of the network made ahead that the app took as its `default` one; null = that network is named after the app,
   * like all its others.
   */
  defaultNetwork: string | null;
  ownerId: number;
  intent: AppIntent;
  /** The release to be brought to (a `Release.number` of this app); null before the first one was accepted. */
  releaseNumber: number | null;
  /** The last release that was stable; it serves while a newer one is on its way. */
  stableReleaseNumber: number | null;
  createdAt: number;
  updatedAt: number;
  /** Grows by one with each accepted change; the ETag. */
  revision: number;
};

/** What an app is called by people, and by the engine. */
export type AppNames = Pick<App, 'uniqueName' | 'engineName'> & Partial<Pick<App, 'defaultNetwork'>>;

/** Image of one service as it was resolved at deploy time. */
export type ResolvedImage = {
  /** As written: `nginx:1.27`. */
  ref: string;
  /** Content-addressed id of the local image (`sha256:…`); what is scanned and what runs. */
  imageId: string;
  /** Registry digest when the image came from a registry, else null. */
  repoDigest: string | null;
};

/** Immutable snapshot of what was deployed. */
export type Release = {
  appId: number;
  /** 1, 2, 3 … within the app. */
  number: number;
  project: ComposeProject;
  images: Readonly<Record<string, ResolvedImage>>;
  /** Services whose instances are replaced even when nothing differs: a restart is a release that changes nothing else. */
  restarts: readonly string[];
  /** Secret whose value comes from the environment → the release that brought this value. The values are kept apart. */
  secretVersions?: Readonly<Record<string, number>>;
  /** The folder on this machine that relative paths of its file began at; absent = nobody said. */
  root?: string | null;
  createdAt: number;
  createdBy: number;
};

/** What is wanted of one service, apart from its release: changes by scaling, not by deploying. */
export type ServiceTarget = { appId: number; service: string; replicas: number; updatedAt: number };
