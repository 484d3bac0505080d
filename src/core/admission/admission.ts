import type { EngineCreate } from '../service/engine-create.ts';
import type { AdmissionMode, PolicyId } from './policies.ts';

/** What is about to be done with the instance that is judged. */
export type AdmissionAction =
  | 'deploy'
  | 'change'
  | 'scale'
  | 'rollback'
  | 'restart'
  | 'start'
  | 'clone'
  | 'canary'
  | 'run'
  | 'exec'
  | 'create'
  | 'check'
  | 'audit';

/** What an administrator changed of the shipped modes and parameters; each change is a version, 0 = as shipped. */
export type AdmissionSettings = {
  version: number;
  modes: Readonly<Partial<Record<'admin' | 'user', Readonly<Partial<Record<PolicyId, AdmissionMode>>>>>>;
  params: Readonly<Partial<Record<PolicyId, Readonly<Record<string, unknown>>>>>;
};

/** Lets one policy pass for everything, an app or a service until its time is over. */
export type AdmissionException = {
  id: string;
  policy: PolicyId;
  /** Unique name; null = every app. */
  app: string | null;
  service: string | null;
  reason: string;
  expiresAt: number;
  createdAt: number;
  createdBy: number;
};

/** One finding of a scan as policies see it; `isWaived`: an administrator has waived it for this app until later than now. */
export type JudgedFinding = {
  id: string;
  severity: string;
  package: string;
  installed: string;
  fixed: string | null;
  isWaived: boolean;
};

/** A secret that stands in the clear: where, and what kind. Never the value. */
export type ClearSecret = {
  where: 'environment' | 'image';
  name: string;
  kind: string;
  /** Only its name says so. */
  isByName: boolean;
};

/**
 * The input of one admission decision: what the engine would be told, what is known of the image, and what counts now.
 * Values of variables are left out. What is not known yet is absent: policies are silent about it.
 */
export type AdmissionQuestion = {
  action: AdmissionAction;
  actor: { id: number; role: string };
  app: string;
  service: string;
  now: number;
  /** Null for a command in an instance that runs. */
  create: (Omit<EngineCreate, 'Env'> & { Env?: string[] }) | null;
  exec?: { user: string | null; privileged: boolean };
  /** The image as the file names it. */
  ref?: string;
  isBuilt?: boolean;
  imageId?: string;
  repoDigest?: string | null;
  image?: { user: string; hasHealthcheck: boolean } | null;
  /** Null = none is stored. */
  scan?: {
    imageId: string;
    state: string;
    reason: string | null;
    startedAt: number;
    databaseAt: number | null;
    findings: readonly JudgedFinding[];
    isEndOfLife: boolean;
  } | null;
  clearSecrets: readonly ClearSecret[];
  volumes: Readonly<
    Record<string, { driver: string; options: Readonly<Record<string, string>>; isForeign: boolean }>
  >;
  /** Where paths of the machine really lead. */
  paths: readonly { path: string; real: string }[];
  project: { root: string | null };
  host: { sockets: readonly string[]; ports: readonly number[] };
  usesApiSocket: boolean;
  settings: AdmissionSettings;
  exceptions: readonly Pick<AdmissionException, 'policy' | 'app' | 'service' | 'expiresAt'>[];
};

/** One thing a policy found, with the mode that counted. */
export type Violation = {
  policy: PolicyId;
  title: string;
  severity: 'low' | 'medium' | 'high' | 'critical';
  mode: 'deny' | 'warn' | 'audit' | 'excepted';
  /** JSON pointer into the engine's create payload. */
  path: string;
  /** The key of the service in the compose file that it comes from. */
  field: string;
  /** Which entry of it, where it is a list or map. */
  seen?: string;
  /** The vulnerability that it is about. */
  finding?: string;
  msg: string;
  fix: string;
};

export type AdmissionVerdict = {
  isAllowed: boolean;
  violations: readonly Violation[];
  policyRevision: string;
  settingsVersion: number;
};

export type ServiceViolation = Violation & { service: string };

/** The verdicts on all services of an app together. */
export type AdmissionReport = {
  isAllowed: boolean;
  violations: readonly ServiceViolation[];
  policyRevision: string;
  settingsVersion: number;
};

/** A report as it is kept: who asked, for what, and when. */
export type AdmissionRecord = AdmissionReport & {
  id: string;
  at: number;
  appId: number | null;
  app: string;
  action: AdmissionAction;
  userId: number;
};
