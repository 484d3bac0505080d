import { buildProblems, idleBuildKeys } from '../build/build-problems.ts';
import { mayBuild } from '../build/decide-image.ts';
import type { ComposeProject } from './compose-project.ts';
import { isAbsolutePath } from './file-path.ts';
import { pathTable } from './path-pattern.ts';
import type { Position } from './positions.ts';
import { pathText, placeOf, type ComposeProblem } from './report.ts';

/** Why a value cannot be honoured when the app is deployed; null when it can. */
type Reason = (
  value: unknown,
  project: ComposeProject,
  path: readonly string[],
) => { why: string; fix?: string } | null;

const never =
  (why: string, fix?: string): Reason =>
  () =>
    fix === undefined ? { why } : { why, fix };
const shared =
  (what: string): Reason =>
  (value) =>
    typeof value === 'string' && /^(?:service|container):/.test(value)
      ? { why: `no engine lets containers share the ${what}`, fix: 'Remove it.' }
      : null;
const model = never('language models and providers are not run here');

/**
 * Labels by which Crane, Docker and a router that reads the engine know their own; the engine tells them apart by case, their readers do not
 * all.
 */
const reservedLabel: Reason = (_value, _project, path) => {
  const label = (path.at(-1) ?? '').trim().toLowerCase();
  if (/^traefik(?:[.]|$)/.test(label))
    return {
      why: 'labels of Traefik route nothing here, and may route elsewhere',
      fix: 'Remove it, and give the service a route: x-crane: { route: 80 }.',
    };
  return /^(?:crane|(?:com|io)[.]docker|org[.]dockerproject)(?:[.]|$)/.test(label)
    ? { why: 'labels that begin so are reserved', fix: 'Choose another name for it.' }
    : null;
};

const elsewhere = never('it has no meaning on one machine, as in Compose');

/** All that Compose accepts and Crane cannot do yet, in one place. `crane config` shows these keys as they are. */
const reasons = {
  'services.*.build.*': buildReason,
  'services.*': (value, project) => routeReason(value, project),
  'services.*.provider': model,
  'services.*.models': model,
  'services.*.credential_spec': never('it is for Windows'),
  'services.*.isolation': never('it is for Windows'),
  'services.*.use_api_socket': never('no instance is given the engine itself', 'Remove it.'),
  'services.*.pre_start': never(
    'commands before the start of an instance are not run',
    'Make it a service of its own, and wait for it with condition: service_completed_successfully.',
  ),
  'services.*.uts': shared('host name'),
  'services.*.cgroup': shared('control group'),
  'services.*.external_links': never(
    'an app cannot reach containers outside it',
    'Join an external network.',
  ),
  'services.*.volumes.*': mountReason,
  'services.*.labels.*': reservedLabel,
  'services.*.build.labels.*': reservedLabel,
  'networks.*.labels.*': reservedLabel,
  'volumes.*.labels.*': reservedLabel,
  'services.*.secrets.*': (value, project) => fileReason(value, project.secrets, false),
  'services.*.configs.*': (value, project) => fileReason(value, project.configs, true),
  'networks.*.driver': (value) =>
    value === 'bridge' || value === 'default' ? null : { why: 'only bridge networks are made' },
  'networks.*.enable_ipv4': (value) =>
    value === false ? { why: 'a network has IPv4 addresses, and IPv6 ones beside them' } : null,
  'networks.*.ipam.driver': (value) =>
    value === 'default' ? null : { why: 'only the default driver is used' },
} as const satisfies Record<string, Reason>;

/** What is accepted and has no effect; told as a warning. */
const idle = {
  'services.*.build.*': idleBuildReason,
  'services.*.attach': never('instances are never attached to'),
  'services.*.secrets.*': (value, project) => mountedFile(project.secrets, value),
  'services.*.configs.*': (value, project) => mountedFile(project.configs, value),
  'services.*.develop': never('nothing is watched; deploy again instead'),
  'services.*.deploy.mode': (value) =>
    value === 'replicated' ? null : { why: 'services are always replicated' },
  'services.*.deploy.endpoint_mode': elsewhere,
  'services.*.deploy.placement': elsewhere,
  'services.*.deploy.rollback_config': never('a failed deployment leaves the old release in place'),
  'networks.*.attachable': elsewhere,
  'services.*.container_name': never(
    'instances are named by Crane; other services still reach this one by that name',
  ),
} as const satisfies Record<string, Reason>;

type Table = (path: readonly string[]) => Reason | undefined;
const refusals: Table = pathTable<Reason>(reasons);
const warnings: Table = pathTable<Reason>(idle);

/** What the builder cannot do, for a service that is only built; one that names an image may never need it. */
function buildReason(
  _value: unknown,
  { services }: ComposeProject,
  [, name = '', , key = '']: readonly string[],
): ReturnType<Reason> {
  const service = services[name];
  if (service?.build === undefined || !mayBuild(service, false)) return null;
  if (service.image !== undefined && service.pull_policy !== 'build') return null;
  return buildProblems(service.build).find((problem) => problem.key === key) ?? null;
}

function idleBuildReason(
  _value: unknown,
  { services }: ComposeProject,
  [, name = '', , key = '']: readonly string[],
): ReturnType<Reason> {
  const build = services[name]?.build;
  return build === undefined ? null : (idleBuildKeys(build).find((problem) => problem.key === key) ?? null);
}

/** The router reaches an instance only in a network of the app's own. */
function routeReason(value: unknown, { networks }: ComposeProject): ReturnType<Reason> {
  if (typeof value !== 'object' || value === null || !('x-crane' in value)) return null;
  const { 'x-crane': settings } = value;
  if (typeof settings !== 'object' || settings === null || !('route' in settings)) return null;
  if ('network_mode' in value && typeof value.network_mode === 'string')
    return {
      why: `with network_mode: ${value.network_mode} it has no address that the router could reach`,
      fix: 'Remove x-crane.route, or network_mode.',
    };
  const names =
    'networks' in value && typeof value.networks === 'object' ? Object.keys(value.networks ?? {}) : [];
  return names.length === 0 || names.some((name) => networks?.[name]?.external !== true)
    ? null
    : {
        why: "the router joins only networks of the app's own, and it is on external ones alone",
        fix: 'Add one, for example networks: [default, …].',
      };
}

function mountReason(value: unknown): ReturnType<Reason> {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  if (value.type === 'npipe' || value.type === 'cluster')
    return { why: `a mount of type ${value.type} is not made here` };
  if (value.type !== 'bind' || !('source' in value) || typeof value.source !== 'string') return null;
  return isAbsolutePath(value.source)
    ? null
    : { why: `the folder that ${value.source} begins at is not known here`, fix: 'Write an absolute path.' };
}

/** Files of this machine are mounted; what comes from the environment or stands in the file is written into the instance. */
function fileReason(
  value: unknown,
  objects: ComposeProject['secrets'],
  isConfig: boolean,
): ReturnType<Reason> {
  const source = typeof value === 'object' && value !== null && 'source' in value ? String(value.source) : '';
  const object = objects?.[source];
  if (object?.file !== undefined && isAbsolutePath(object.file)) return null;
  if (object?.file !== undefined)
    return {
      why: `the folder that ${object.file} begins at is not known here`,
      fix: 'Write an absolute path.',
    };
  if (object?.external === true)
    return isConfig
      ? {
          why: `${source} is external, and no store outside the file holds configs`,
          fix: 'Name a file, or a variable of the environment.',
        }
      : null;
  if (object?.environment !== undefined && object.content === undefined && isConfig)
    return {
      why: `the variable ${object.environment} that ${source} is made from is not set`,
      fix: `Set it where you deploy from, or in .env: ${object.environment}=…`,
    };
  return null;
}

/** Of a file that is mounted only what the file itself has counts. */
function mountedFile(objects: ComposeProject['secrets'], value: unknown): ReturnType<Reason> {
  if (typeof value !== 'object' || value === null || !('source' in value)) return null;
  const isSet = ['uid', 'gid', 'mode'].some((key) => key in value);
  return isSet && objects?.[String(value.source)]?.file !== undefined
    ? { why: 'uid, gid and mode do not change a file that is mounted, as in Compose' }
    : null;
}

type Positions = ReadonlyMap<string, Position>;

/** What of a resolved project cannot be deployed as it is, with reasons; empty when all can. */
export function unsupportedIn(project: ComposeProject, positions: Positions): ComposeProblem[] {
  return find(refusals, project, positions);
}

/** What of a resolved project has no effect when it is deployed. */
export function ignoredIn(project: ComposeProject, positions: Positions): ComposeProblem[] {
  return find(warnings, project, positions);
}

function find(table: Table, project: ComposeProject, positions: Positions): ComposeProblem[] {
  const problems: ComposeProblem[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    const reason = table(path)?.(value, project, path) ?? null;
    if (reason !== null)
      problems.push({
        ...placeOf(path, positions),
        path: pathText(path),
        message: reason.why,
        ...(reason.fix === undefined ? {} : { fix: reason.fix }),
      });
    else if (typeof value === 'object' && value !== null && path.length < 6)
      for (const [key, child] of Object.entries(value)) walk(child, [...path, key]);
  };
  const { services, networks = {}, volumes = {} } = project;
  walk({ services, networks, volumes }, []);
  return problems;
}
