import type { ResolvedImage } from '../app/app.ts';
import { isBuiltImageName } from '../build/built-image-name.ts';
import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import type { ImageFacts } from '../port/runtime.ts';
import type { ScanReport } from '../scan/scan.ts';
import { isWaived, type ScanWaiver } from '../scan/waiver.ts';
import type { EngineCreate } from '../service/engine-create.ts';
import type {
  AdmissionAction,
  AdmissionException,
  AdmissionQuestion,
  AdmissionSettings,
  ClearSecret,
} from './admission.ts';
import { findClearSecrets } from './clear-secrets.ts';

/** What counts now: read once for all services that are judged together. */
export type AdmissionGround = {
  action: AdmissionAction;
  actor: { id: number; role: string };
  app: string;
  now: number;
  settings: AdmissionSettings;
  exceptions: readonly AdmissionException[];
  waivers: readonly ScanWaiver[];
  host: { sockets: readonly string[]; ports: readonly number[] };
};

/** What is known of one service's image: nothing before it is here, and no scan before it was scanned. */
export type JudgedImage = {
  image: ResolvedImage | null;
  facts: ImageFacts | null;
  /** Undefined = not the time to ask for one yet. */
  scan: ScanReport | null | undefined;
};

type Request = {
  ground: AdmissionGround;
  project: ComposeProject;
  service: string;
  spec: ComposeService;
  /** The engine's payload, as it is sent. */
  create: EngineCreate;
  paths: readonly { path: string; real: string }[];
  root: string | null;
} & JudgedImage;

/** The question about one service. Values of variables do not leave Crane: only what kind of secret they look like. */
export function renderQuestion(request: Request): AdmissionQuestion {
  const { ground, service, spec, create, image, facts, scan } = request;
  const { Env: _values, ...payload } = create;
  const ref = image?.ref ?? spec.image;
  const isBuilt = spec.build !== undefined || (ref !== undefined && isBuiltImageName(ref));
  return {
    action: ground.action,
    actor: ground.actor,
    app: ground.app,
    service,
    now: ground.now,
    create: { ...payload, Env: Object.keys(spec.environment ?? {}).sort() },
    ...(ref === undefined ? {} : { ref }),
    isBuilt,
    ...(image === null ? {} : { imageId: image.imageId, repoDigest: image.repoDigest }),
    ...(facts === null ? {} : { image: { user: facts.user, hasHealthcheck: facts.hasHealthcheck } }),
    ...(scan === undefined ? {} : { scan: scan === null ? null : judgedScan(scan, ground) }),
    clearSecrets: [
      ...findClearSecrets('environment', spec.environment ?? {}),
      ...findClearSecrets('image', facts === null ? {} : variablesOf(facts)),
      ...secretsIn(scan),
    ],
    volumes: volumesOf(request),
    paths: request.paths,
    project: { root: request.root },
    host: ground.host,
    usesApiSocket: spec.use_api_socket === true,
    settings: ground.settings,
    exceptions: ground.exceptions.map(({ policy, app, service: only, expiresAt }) => ({
      policy,
      app,
      service: only,
      expiresAt,
    })),
  };
}

function judgedScan(
  scan: ScanReport,
  { waivers, app, now }: AdmissionGround,
): NonNullable<AdmissionQuestion['scan']> {
  const { imageId, state, reason, startedAt, databaseAt, findings } = scan;
  return {
    imageId,
    state,
    reason,
    startedAt,
    databaseAt,
    isEndOfLife: scan.isEndOfLife ?? false,
    findings: findings
      .filter(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH')
      .map(({ id, severity, package: name, installed, fixed }) => ({
        id,
        severity,
        package: name,
        installed,
        fixed,
        isWaived: isWaived(waivers, { id, package: name }, { app, now }),
      })),
  };
}

/** Files of the image that hold one, as far as a scan is sure of it; its variables are looked at without. */
function secretsIn(scan: ScanReport | null | undefined): ClearSecret[] {
  return (scan?.secrets ?? []).flatMap(({ file, line, title, severity }) =>
    file === null || (severity !== 'CRITICAL' && severity !== 'HIGH')
      ? []
      : [{ where: 'image', name: `${file}:${line}`, kind: title, isByName: false }],
  );
}

function variablesOf({ environment }: ImageFacts): Record<string, string> {
  return Object.fromEntries(
    environment.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

function volumesOf({ project, spec }: Pick<Request, 'project' | 'spec'>): AdmissionQuestion['volumes'] {
  const names = (spec.volumes ?? []).flatMap(({ type, source }) =>
    type === 'volume' && source !== undefined ? [source] : [],
  );
  return Object.fromEntries(
    [...new Set(names)].map((name) => {
      const { driver, driver_opts: options, external } = project.volumes?.[name] ?? {};
      return [name, { driver: driver ?? 'local', options: options ?? {}, isForeign: external === true }];
    }),
  );
}
