import type { ComposeMount, ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { fileUses } from './file-uses.ts';
import { defined } from './defined.ts';
import type { EngineHostConfig, EngineMount } from './engine-create.ts';

type Request = { project: ComposeProject; spec: ComposeService; volume: (name: string) => string };

/**
 * Mounts as Compose asks for them: in the engine's old form (`Binds`) where it says all, since only that makes a missing
 * folder of the host; else in the new one (`Mounts`).
 */
export function renderMounts({ project, spec, volume }: Request): Pick<EngineHostConfig, 'Binds' | 'Mounts'> {
  const binds: string[] = [];
  const mounts: EngineMount[] = [];
  for (const mount of spec.volumes ?? []) {
    const source =
      mount.type === 'volume' && mount.source !== undefined ? volume(mount.source) : mount.source;
    if (source !== undefined && isPlain(mount)) binds.push(`${source}:${mount.target}:${optionsOf(mount)}`);
    else mounts.push(renderMount(mount, source));
  }
  const all = [...mounts, ...renderFiles(project, spec)];
  return defined<Pick<EngineHostConfig, 'Binds' | 'Mounts'>>({
    Binds: binds.length > 0 ? binds : undefined,
    Mounts: all.length > 0 ? all : undefined,
  });
}

function isPlain({ type, bind, volume }: ComposeMount): boolean {
  if (type === 'bind')
    return (
      bind === undefined ||
      (bind.create_host_path !== false && bind.propagation === undefined && bind.recursive === undefined)
    );
  const hasOptions = volume?.labels !== undefined || volume?.subpath !== undefined || volume?.nocopy === true;
  return type === 'volume' && !hasOptions;
}

function optionsOf({ read_only: isReadOnly, bind }: ComposeMount): string {
  return [isReadOnly === true ? 'ro' : 'rw', ...(bind?.selinux === undefined ? [] : [bind.selinux])].join(
    ',',
  );
}

function renderMount(mount: ComposeMount, source: string | undefined): EngineMount {
  return defined<EngineMount>({
    Type: mount.type,
    Source: source,
    Target: mount.target,
    ReadOnly: mount.read_only,
    Consistency: mount.consistency,
    BindOptions: mount.type === 'bind' ? bindOptions(mount.bind) : undefined,
    VolumeOptions: mount.type === 'volume' ? volumeOptions(mount.volume) : undefined,
    TmpfsOptions:
      mount.type === 'tmpfs' && mount.tmpfs !== undefined
        ? defined({ SizeBytes: sizeOf(mount.tmpfs.size), Mode: mount.tmpfs.mode })
        : undefined,
    ImageOptions: mount.image?.subpath === undefined ? undefined : { Subpath: mount.image.subpath },
  });
}

function sizeOf(size: string | undefined): number | undefined {
  return size === undefined ? undefined : Number(size);
}

function bindOptions(bind: ComposeMount['bind']): EngineMount['BindOptions'] {
  if (bind === undefined) return undefined;
  return defined<NonNullable<EngineMount['BindOptions']>>({
    Propagation: bind.propagation,
    NonRecursive: bind.recursive === 'disabled' ? true : undefined,
    CreateMountpoint: bind.create_host_path === false ? undefined : true,
  });
}

function volumeOptions(volume: ComposeMount['volume']): EngineMount['VolumeOptions'] {
  if (volume === undefined) return undefined;
  return defined<NonNullable<EngineMount['VolumeOptions']>>({
    NoCopy: volume.nocopy,
    Subpath: volume.subpath,
    Labels: volume.labels,
  });
}

/** Files of this machine that are secrets or configs, mounted read-only where the service wants them. */
function renderFiles(project: ComposeProject, spec: ComposeService): EngineMount[] {
  const taken = new Set((spec.volumes ?? []).map(({ target }) => target));
  return fileUses(project, spec).flatMap(({ kind, object, path }) => {
    if (object.file === undefined || taken.has(path)) return [];
    const options = kind === 'secrets' ? { BindOptions: {} } : {};
    return [{ Type: 'bind' as const, Source: object.file, Target: path, ReadOnly: true, ...options }];
  });
}
