import { stableHash } from '../service/stable-hash.ts';

/** Where built images are named. No registry can ever have this host, so such a name is never pulled from anywhere. */
const registry = 'crane.internal';

/** `latest`: built without being deployed. */
export type BuiltImage = { prefix: string; app: string; service: string; release: number | 'latest' };

/**
 * The name of the image that a release of an app runs for a service it builds: `crane.internal/crane/shop-1/web:3`. The same
 * for the same release, so that a build that is repeated after a crash gives the same name.
 */
export function builtImageName({ prefix, app, service, release }: BuiltImage): string {
  return `${builtRepository({ prefix, app, service })}:${release}`;
}

/** The name without its release. */
export function builtRepository({ prefix, app, service }: Omit<BuiltImage, 'release'>): string {
  return `${registry}/${component(prefix)}/${component(app)}/${component(service)}`;
}

/** Whether an image was built here, by whatever installation. */
export function isBuiltImageName(name: string): boolean {
  return name.startsWith(`${registry}/`);
}

/** The app's unique name and the release of a built image of this installation; null for any other name. */
export function parseBuiltImageName(
  prefix: string,
  name: string,
): { app: string; /** Null: built without being deployed. */ release: number | null } | null {
  const begin = `${registry}/${component(prefix)}/`;
  if (!name.startsWith(begin)) return null;
  const match = /^([^/:]+)\/[^/:]+:(?:(\d{1,9})|latest)$/.exec(name.slice(begin.length));
  if (match === null) return null;
  return { app: match[1] ?? '', release: match[2] === undefined ? null : Number(match[2]) };
}

/**
 * A text as a part of an image's name: lower case, with single separators between letters and digits. What had to be changed
 * gets a hash of the original, so that two services never share a name.
 */
function component(text: string): string {
  if (/^[a-z0-9]+(?:(?:\.|_|-+)[a-z0-9]+)*$/.test(text)) return text;
  const cleaned = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${cleaned === '' ? 'x' : cleaned}-${stableHash(text).slice(0, 8)}`;
}
