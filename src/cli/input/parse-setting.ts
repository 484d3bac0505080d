import type { Schemas } from '../client/client.ts';
import { usageError } from '../cli-error.ts';

/** A JSON merge patch of an app, as `PATCH /apps/{app}` takes it. */
export type AppPatch = Schemas['AppPatchInput'];

/** Short names of what is changed most, and where it stands in a compose file. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  image: ['image'],
  command: ['command'],
  replicas: ['deploy', 'replicas'],
  memory: ['deploy', 'resources', 'limits', 'memory'],
  cpus: ['deploy', 'resources', 'limits', 'cpus'],
  pids: ['deploy', 'resources', 'limits', 'pids'],
  min: ['x-crane', 'scale', 'min'],
  max: ['x-crane', 'scale', 'max'],
  mode: ['x-crane', 'scale', 'mode'],
};
/** What follows one of these is a name as it is, dots and all. */
const maps: Readonly<Record<string, readonly string[]>> = {
  env: ['environment'],
  environment: ['environment'],
  label: ['labels'],
  labels: ['labels'],
  target: ['x-crane', 'scale', 'target'],
};

/** What `crane set --help` says of the names. */
export const settingNames = `${Object.keys(shortNames).join(', ')}, env.NAME, label.NAME, target.SIGNAL, or a path of Compose's words such as deploy.update_config.order`;

/**
 * `web.image=shop:2 web.env.MODE=fast` and names to take away → `{ services: { web: { image: 'shop:2', environment: { MODE: 'fast' } } } }`.
 * @throws usage error.
 */
export function parseSettings(given: readonly string[], taken: readonly string[] = []): AppPatch {
  const services: Record<string, Record<string, unknown>> = {};
  for (const pair of given) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined)
      throw usageError(
        `${JSON.stringify(pair)} is not SERVICE.NAME=VALUE.`,
        'Write it as web.env.MODE=fast.',
      );
    put(services, name, value);
  }
  for (const name of taken) put(services, name, null);
  return { services };
}

function put(services: Record<string, Record<string, unknown>>, name: string, value: string | null): void {
  const [, service, setting] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
  if (service === undefined || setting === undefined)
    throw usageError(
      `${JSON.stringify(name)} does not say which setting of which service.`,
      `Write SERVICE.NAME; names are ${settingNames}.`,
    );
  const path = pathOf(setting);
  const isText = path[0] === 'environment' || path[0] === 'labels' || path.length === 1;
  const last = path.at(-1) ?? setting;
  let at = (services[service] ??= {});
  for (const key of path.slice(0, -1)) at = childOf(at, key);
  if (Object.hasOwn(at, last)) throw usageError(`${name} is named twice.`, 'Name each setting once.');
  at[last] = value === null || isText ? value : scalarOf(value);
}

function childOf(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const child: Record<string, unknown> = { ...Object(parent[key]) };
  parent[key] = child;
  return child;
}

function pathOf(setting: string): readonly string[] {
  const [, first = '', rest] = /^([^.]+)\.(.+)$/.exec(setting) ?? [];
  const map = maps[first];
  if (map !== undefined && rest !== undefined) return [...map, rest];
  return shortNames[setting] ?? setting.split('.');
}

/** `3`, `0.5` and `true` as what they are; anything else is text. */
function scalarOf(text: string): string | number | boolean {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}
