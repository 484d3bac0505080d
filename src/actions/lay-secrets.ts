import type { App, Release } from '../core/app/app.ts';
import type { LaidFile } from '../core/port/secret-files.ts';
import type { InstanceFile } from '../core/service/engine-create.ts';
import { fileContents, renderWrittenFiles } from '../core/service/file-uses.ts';
import type { ActionDeps } from './action-deps.ts';

type Deps = Pick<ActionDeps, 'store' | 'secretFiles'>;
type Of = { app: App; release: Release; service: string };

/**
 * Lays the secrets of a service of a release in memory, and gives where. What was laid before stays as it is. Null = they cannot
 * be in memory here, and are written into the instance.
 */
export async function laySecrets(
  { store, secretFiles }: Deps,
  { app, release, service }: Of,
  signal?: AbortSignal,
): Promise<readonly LaidFile[] | null> {
  const secrets = filesOf(release, service).filter((file) => 'secret' in file);
  if (secrets.length === 0) return [];
  const values = store.releases.secrets(app.id, release.number);
  const files = fileContents(secrets, values);
  const of = { app: app.engineName, release: release.number, service };
  const laid = await secretFiles.lay({ ...of, files }, signal);
  await secretFiles.sweep(app.engineName, store.releases.numbers(app.id));
  return laid;
}

/** What is left to be written into an instance: all but the secrets that are in memory. */
export function filesToWrite(
  { store }: Pick<Deps, 'store'>,
  { app, release, service }: Of,
  laid: readonly LaidFile[] | null,
): ReturnType<typeof fileContents> {
  const files = filesOf(release, service).filter((file) => laid === null || !('secret' in file));
  if (files.length === 0) return [];
  return fileContents(files, store.releases.secrets(app.id, release.number));
}

function filesOf({ project }: Release, service: string): InstanceFile[] {
  const spec = project.services[service];
  return spec === undefined ? [] : renderWrittenFiles(project, spec);
}
