import type { ComposeFileObject, ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { CraneError } from '../error/crane-error.ts';
import type { FileContent } from '../port/runtime.ts';
import type { LaidFile } from '../port/secret-files.ts';
import type { InstanceFile, InstanceSpec } from './engine-create.ts';

type FileMount = NonNullable<ComposeService['secrets']>[number];

/** A config or secret that a service uses, and where its file lies in the instance. */
export type FileUse = {
  kind: 'configs' | 'secrets';
  name: string;
  object: ComposeFileObject;
  mount: FileMount;
  path: string;
};

const folders = { configs: '/', secrets: '/run/secrets/' } as const;

/** The configs and then the secrets that a service uses. */
export function fileUses(project: ComposeProject, spec: ComposeService): FileUse[] {
  return (['configs', 'secrets'] as const).flatMap((kind) =>
    (spec[kind] ?? []).flatMap((mount) => {
      const { source: name = '', target = name } = mount;
      const object = project[kind]?.[name];
      if (object === undefined) return [];
      return [
        { kind, name, object, mount, path: target.startsWith('/') ? target : `${folders[kind]}${target}` },
      ];
    }),
  );
}

/** Readable by all, as Compose makes them. */
const usualMode = 0o444;

/** The files that are written into an instance; those that are files of this machine are mounted instead. */
export function renderWrittenFiles(project: ComposeProject, spec: ComposeService): InstanceFile[] {
  return fileUses(project, spec).flatMap(({ kind, name, object, mount, path }): InstanceFile[] => {
    const place = {
      path,
      mode: mount.mode === undefined ? usualMode : Number.parseInt(mount.mode, 8),
      ...owner('uid', mount.uid),
      ...owner('gid', mount.gid),
    };
    if (object.file !== undefined) return [];
    if (kind === 'secrets') {
      const isKept = object.environment !== undefined || object.external === true;
      return isKept ? [{ ...place, secret: name }] : [];
    }
    return [{ ...place, text: object.content ?? '' }];
  });
}

function owner<K extends 'uid' | 'gid'>(key: K, text: string | undefined): { [P in K]?: number };
function owner(key: string, text: string | undefined): Record<string, number> {
  return text !== undefined && /^\d{1,10}$/.test(text) ? { [key]: Number(text) } : {};
}

/** Files with what is in them; `values`: those of the release's secrets, by name. */
export function fileContents(
  files: readonly InstanceFile[],
  values: Readonly<Record<string, string>>,
): FileContent[] {
  return files.map((file) => {
    if ('text' in file) return file;
    const { secret, ...place } = file;
    const text = values[secret];
    if (text === undefined)
      throw new CraneError('app.conflict', {
        message: `The value of the secret ${secret} was not kept with the release.`,
        fix: 'Deploy again.',
      });
    return { ...place, text };
  });
}

/** The spec with files in memory mounted read-only where its service wants them. */
export function withMemoryFiles(spec: InstanceSpec, laid: readonly LaidFile[]): InstanceSpec {
  if (laid.length === 0) return spec;
  const { create } = spec;
  const { Mounts = [] } = create.HostConfig;
  const more = laid.map(({ path, source }) => ({
    Type: 'bind' as const,
    Source: source,
    Target: path,
    ReadOnly: true,
  }));
  return {
    ...spec,
    create: { ...create, HostConfig: { ...create.HostConfig, Mounts: [...Mounts, ...more] } },
  };
}

/** The secrets whose values come from the environment, with the variable, as far as a service uses them. */
export function environmentSecrets(project: ComposeProject): Map<string, string> {
  const found = new Map<string, string>();
  for (const spec of Object.values(project.services))
    for (const { kind, name, object } of fileUses(project, spec))
      if (kind === 'secrets' && object.file === undefined && object.environment !== undefined)
        found.set(name, object.environment);
  return found;
}

/** The secrets that are left to Crane's own store, as far as a service uses them: the name in the file → that in the store. */
export function externalSecrets(project: ComposeProject): Map<string, string> {
  const found = new Map<string, string>();
  for (const spec of Object.values(project.services))
    for (const { kind, name, object } of fileUses(project, spec))
      if (kind === 'secrets' && object.external === true) found.set(name, object.name ?? name);
  return found;
}
