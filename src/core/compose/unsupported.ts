import { buildProblems, idleBuildKeys } from '../build/build-problems.ts';
import { mayBuild } from '../build/decide-image.ts';
import type { ComposeProject } from './compose-project.ts';
import { isAbsolutePath } from './file-path.ts';
import { pathTable } from './path-pattern.ts';
import type { Position } from './positions.ts';
import { pathText, type ComposeProblem } from './report.ts';

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
      ? {
          why: `instances are replaced one by one, so none can share the ${what} of another`,
          fix: 'Remove it.',
        }
      : null;
const hooks = never(
  'commands at the start or the end of an instance are not run',
  'Put them into the entrypoint.',
);
const foreign = never('an app uses only what Crane made for it', 'Remove external, and let Crane make it.');
const poolPart = never('of an address pool only the subnet can be chosen', 'Remove it.');
const model = never('language models and providers are not run here');

const elsewhere = never('it has no meaning on one machine, as in Compose');

/** All that Compose accepts and Crane cannot do yet, in one place. `crane config` shows these keys as they are. */
const reasons = {
  'services.*.build.*': buildReason,
  'services.*.provider': model,
  'services.*.models': model,
  'services.*.credential_spec': never('it is for Windows'),
  'services.*.isolation': never('it is for Windows'),
  'services.*.platform': never(
    'the platform of an image cannot be chosen',
    'Remove it, or name an image for this machine.',
  ),
  'services.*.use_api_socket': never('no instance is given the engine itself', 'Remove it.'),
  'services.*.pre_start': hooks,
  'services.*.post_start': hooks,
  'services.*.pre_stop': hooks,
  'services.*.network_mode': shared('network'),
  'services.*.pid': shared('processes'),
  'services.*.ipc': shared('memory'),
  'services.*.uts': shared('host name'),
  'services.*.cgroup': shared('control group'),
  'services.*.volumes_from': never('instances are replaced one by one', 'Name the volumes in both services.'),
  'services.*.external_links': never(
    'an app cannot reach containers outside it',
    'Join an external network.',
  ),
  'services.*.volumes.*': mountReason,
  'services.*.secrets.*': (value, project) => fileReason(value, project.secrets),
  'services.*.configs.*': (value, project) => fileReason(value, project.configs),
  'networks.*.external': foreign,
  'networks.*.driver': (value) =>
    value === 'bridge' || value === 'default' ? null : { why: 'only bridge networks are made' },
  'networks.*.enable_ipv6': (value) => (value === true ? { why: 'networks have IPv4 addresses only' } : null),
  'networks.*.enable_ipv4': (value) =>
    value === false ? { why: 'networks have IPv4 addresses only' } : null,
  'networks.*.ipam.driver': (value) =>
    value === 'default' ? null : { why: 'only the default driver is used' },
  'networks.*.ipam.options': never('options of address management are not passed on'),
  'networks.*.ipam.config.*.gateway': poolPart,
  'networks.*.ipam.config.*.ip_range': poolPart,
  'networks.*.ipam.config.*.aux_addresses': poolPart,
  'networks.*.ipam.config.1': never('a network has one subnet', 'Keep the first.'),
  'volumes.*.external': foreign,
} as const satisfies Record<string, Reason>;

/** What is accepted and has no effect; told as a warning. */
const idle = {
  'services.*.build.*': idleBuildReason,
  'services.*.attach': never('instances are never attached to'),
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

function mountReason(value: unknown): ReturnType<Reason> {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  if (value.type === 'npipe' || value.type === 'cluster')
    return { why: `a mount of type ${value.type} is not made here` };
  if (value.type !== 'bind' || !('source' in value) || typeof value.source !== 'string') return null;
  return isAbsolutePath(value.source)
    ? null
    : { why: `the folder that ${value.source} begins at is not known here`, fix: 'Write an absolute path.' };
}

/** Secrets and configs that are files of this machine are mounted; others are not. */
function fileReason(value: unknown, objects: ComposeProject['secrets']): ReturnType<Reason> {
  const source = typeof value === 'object' && value !== null && 'source' in value ? String(value.source) : '';
  const object = objects?.[source];
  if (object?.file !== undefined && isAbsolutePath(object.file)) return null;
  if (object?.file !== undefined)
    return {
      why: `the folder that ${object.file} begins at is not known here`,
      fix: 'Write an absolute path.',
    };
  const from = object?.external === true ? 'outside' : 'the environment or inline text';
  return {
    why: `${source} comes from ${from}; only files are mounted`,
    fix: 'Write it to a file, and name that.',
  };
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

function placeOf(path: readonly string[], positions: ReadonlyMap<string, Position>): Position {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = positions.get(path.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return { file: 'compose.yaml', line: 1, column: 1 };
}
