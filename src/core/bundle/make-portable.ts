import type { ComposeMount, ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { isAbsolutePath } from '../compose/file-path.ts';
import { defined } from '../service/defined.ts';
import type { BundleNeed, BundleVariable } from './bundle.ts';
import type { FoundSecret } from './find-secrets.ts';
import { freeName, variableName } from './secret-name.ts';

/** Names of variables stand between these until the file is written: no text of a project holds a NUL. */
const mark = '\u0000';

/** A variable within a text of a portable project. */
export const variableMark = (name: string): string => `${mark}${name}${mark}`;

/** What Compose reads as a variable that must be given. */
export const placeholder = (variable: string): string => `\${${variable}:?Set it in .env}`;

export type Portable = { project: ComposeProject; variables: BundleVariable[]; needs: BundleNeed[] };
type Setting = {
  name: string;
  replicas: Readonly<Record<string, number>>;
  /** What each service runs, for those that name no image. */
  images: Readonly<Record<string, string>>;
  secrets: readonly FoundSecret[];
  taken: Set<string>;
};

/** The same on every machine with an engine; not a folder of somebody's. */
const everywhere =
  /^\/(?:etc\/(?:localtime|timezone)|(?:var\/)?run\/docker\.sock|(?:dev|proc|sys)(?:\/.*)?)$/;

/**
 * A project without what belongs to this machine: images by name only, and every folder and file of it behind a variable or
 * a relative path. `name` takes the place of the app's unique name; `replicas` are the numbers wanted now.
 */
export function makePortable(
  project: ComposeProject,
  { name, replicas, images, secrets: found, taken }: Setting,
): Portable {
  const variables: BundleVariable[] = [];
  const needs: BundleNeed[] = [];
  const places = new Map<string, string>();
  const folders = new Set<string>();
  const place = (source: string, about: string, variable: string): string => {
    const known = places.get(source);
    if (known !== undefined) return known;
    const path = `./${freeName(`mounts/${source.split('/').findLast((part) => part !== '') ?? 'root'}`, folders, '-')}`;
    const free = freeName(variable, taken);
    variables.push({ name: free, default: path, about });
    needs.push({ path, about });
    const text = variableMark(free);
    places.set(source, text);
    return text;
  };
  const services = Object.entries(project.services).map(([key, spec]) => [
    key,
    portableService({ image: images[key], ...spec }, replicas[key], (mount) =>
      portableMount(mount, key, place),
    ),
  ]);
  const { secrets, configs, volumes, networks, ...rest } = project;
  return {
    project: defined<ComposeProject>({
      ...rest,
      name,
      services: Object.fromEntries(services),
      networks: renamed(networks, project.name),
      volumes: portableVolumes(renamed(volumes, project.name), variables, taken),
      secrets: portableFiles(renamed(secrets, project.name), 'secrets', found, { variables, needs, taken }),
      configs: portableFiles(renamed(configs, project.name), 'configs', found, { variables, needs, taken }),
    }),
    variables,
    needs,
  };
}

function portableService(
  spec: Omit<ComposeService, 'image'> & { image: string | undefined },
  replicas: number | undefined,
  mount: (mount: ComposeMount) => ComposeMount,
): ComposeService {
  const { build: _build, develop: _develop, label_file: _labels, volumes, image, ...rest } = spec;
  const hasOther = replicas !== undefined && replicas !== (spec.deploy?.replicas ?? 1);
  return {
    ...rest,
    ...(image === undefined ? {} : { image }),
    ...(volumes === undefined ? {} : { volumes: volumes.map(mount) }),
    ...(hasOther ? { deploy: { ...spec.deploy, replicas } } : {}),
    ...(hasOther && spec.scale !== undefined ? { scale: replicas } : {}),
  };
}

function portableMount(
  mount: ComposeMount,
  service: string,
  place: (source: string, about: string, variable: string) => string,
): ComposeMount {
  const { type, source, target } = mount;
  if (type !== 'bind' || source === undefined || everywhere.test(source)) return mount;
  const last = target.split('/').findLast((part) => part !== '') ?? 'root';
  const variable = variableName('MOUNT', service.toUpperCase(), last.toUpperCase());
  return { ...mount, source: place(source, `what ${service} sees at ${target}`, variable) };
}

/** Names that follow the app's are left to the one who loads the file. */
function renamed<T extends { name?: string }>(
  map: Record<string, T> | undefined,
  project: string,
): Record<string, T> | undefined {
  if (map === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      if (value.name !== `${project}_${key}`) return [key, value];
      const kept = { ...value };
      delete kept.name;
      return [key, kept];
    }),
  );
}

/** Volumes that are a folder of this machine. */
function portableVolumes(
  volumes: ComposeProject['volumes'],
  variables: BundleVariable[],
  taken: Set<string>,
): ComposeProject['volumes'] {
  if (volumes === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(volumes).map(([key, volume]) => {
      const device = volume.driver_opts?.['device'];
      if (typeof device !== 'string' || !isAbsolutePath(device)) return [key, volume];
      const name = freeName(variableName('VOLUME', key.toUpperCase(), 'DEVICE'), taken);
      variables.push({ name, default: null, about: `the folder that is the volume ${key}` });
      return [key, { ...volume, driver_opts: { ...volume.driver_opts, device: variableMark(name) } }];
    }),
  );
}

type Files = ComposeProject['secrets'];

/** Files are named where they are to lie; a text that is known goes along for a config, and never for a secret. */
function portableFiles(
  files: Files,
  kind: 'secrets' | 'configs',
  found: readonly FoundSecret[],
  { variables, needs, taken }: Pick<Portable, 'variables' | 'needs'> & Pick<Setting, 'taken'>,
): Files {
  if (files === undefined) return undefined;
  const about = kind === 'secrets' ? 'secret' : 'config';
  return Object.fromEntries(
    Object.entries(files).map(([key, object]) => {
      const { file, content, environment, ...rest } = object;
      if (kind === 'configs' && content !== undefined) return [key, { ...rest, content }];
      const secret = content === undefined ? undefined : found.find(({ value }) => value === content);
      if (secret !== undefined) return [key, { ...rest, environment: secret.variable }];
      if (environment !== undefined) {
        variables.push({ name: environment, default: null, about: `the ${about} ${key}` });
        return [key, { ...rest, environment }];
      }
      if (kind === 'secrets' && object.external === true) {
        // Compose alone knows no store.
        const name = freeName(variableName('SECRET', key.toUpperCase()), taken);
        variables.push({ name, default: null, about: `the secret ${key}` });
        return [key, { environment: name }];
      }
      if (file === undefined) return [key, object];
      const path = `./${kind}/${key.replace(/[^A-Za-z0-9._-]+/g, '_')}`;
      needs.push({ path, about: `the text of the ${about} ${key}` });
      return [key, { ...rest, file: path }];
    }),
  );
}

/** A text of a portable project with its variables as Compose reads them. */
export function writeVariables(text: string, variables: readonly BundleVariable[]): string {
  return text
    .split(mark)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      const fallback = variables.find(({ name }) => name === part)?.default ?? null;
      return fallback === null ? placeholder(part) : `\${${part}:-${fallback}}`;
    })
    .join('');
}
