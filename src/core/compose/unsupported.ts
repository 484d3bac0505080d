import type { ComposeProject } from './compose-project.ts';
import { isAbsolutePath } from './file-path.ts';
import { pathTable } from './path-pattern.ts';
import type { Position } from './positions.ts';
import { pathText, type ComposeProblem } from './report.ts';

/** Why a value cannot be honoured when the app is deployed; null when it can. */
type Reason = (value: unknown, project: ComposeProject) => { why: string; fix?: string } | null;

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
const model = never('language models and providers are not run here');

/** All that Compose accepts and Crane cannot do yet, in one place. `crane config` shows these keys as they are. */
const reasons = {
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
} as const satisfies Record<string, Reason>;

const table = pathTable<Reason>(reasons);

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

/** What of a resolved project cannot be deployed as it is, with reasons; empty when all can. */
export function unsupportedIn(
  project: ComposeProject,
  positions: ReadonlyMap<string, Position>,
): ComposeProblem[] {
  const problems: ComposeProblem[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    const reason = table(path)?.(value, project) ?? null;
    if (reason !== null) {
      const at = placeOf(path, positions);
      problems.push({
        ...at,
        path: pathText(path),
        message: reason.why,
        ...(reason.fix === undefined ? {} : { fix: reason.fix }),
      });
    } else if (typeof value === 'object' && value !== null && path.length < 4)
      for (const [key, child] of Object.entries(value)) walk(child, [...path, key]);
  };
  walk({ services: project.services }, []);
  return problems;
}

function placeOf(path: readonly string[], positions: ReadonlyMap<string, Position>): Position {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = positions.get(path.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return { file: 'compose.yaml', line: 1, column: 1 };
}
