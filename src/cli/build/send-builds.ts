import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { z } from 'zod';
import type { Api, DeployRequest } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { escapeLine } from '../output/escape.ts';
import type { ProgressLines } from '../output/progress-lines.ts';
import { formatBytes } from '../output/units.ts';
import { listContext } from './list-context.ts';
import { mentionsBuild } from './mentions-build.ts';

/** What of the resolved model says how services are built. */
const model = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string().optional(),
      pull_policy: z.string().optional(),
      build: z
        .looseObject({
          context: z.string().optional(),
          dockerfile: z.string().optional(),
          dockerfile_inline: z.string().optional(),
        })
        .optional(),
    }),
  ),
});
type Service = z.infer<typeof model>['services'][string];
type Build = NonNullable<Service['build']>;

/**
 * Sends the build contexts of the services that may have to be built, and gives the request that names them. The control plane
 * says which folders these are: it resolves the files. A request without a build costs nothing.
 */
export async function sendBuilds(
  api: Pick<Api, 'check' | 'plan' | 'sendContext'>,
  request: DeployRequest,
  {
    existing,
    isBuilding,
    services = [],
    lines,
  }: { existing: string | null; isBuilding: boolean; services?: string[]; lines: ProgressLines },
): Promise<DeployRequest> {
  if (!mentionsBuild(request)) return isBuilding ? { ...request, isBuilding } : request;
  // Refuses what cannot be deployed, before anything large is sent.
  await api.plan(existing, request);
  const { project } = await api.check(request);
  const builds: NonNullable<DeployRequest['builds']> = {};
  const sent = new Map<string, string>();
  for (const [name, service] of Object.entries(model.parse(project).services)) {
    const isAsked = services.length === 0 || services.includes(name);
    const isPulled = service.pull_policy === 'always' && !isBuilding;
    if (service.build === undefined || !isAsked || isPulled) continue;
    const place = placeOf(name, service, service.build, isBuilding);
    if (place === null) continue;
    const key = `${place.folder}\0${place.inside ?? ''}`;
    const context = sent.get(key) ?? (await sendContext(api, name, place, lines));
    sent.set(key, context);
    builds[name] = { context, ...(place.text === null ? {} : { dockerfile: place.text }) };
  }
  return { ...request, builds, ...(isBuilding ? { isBuilding } : {}) };
}

type Place = {
  folder: string;
  /** Path of the Dockerfile in the context; null when it is inline or lies outside. */
  inside: string | null;
  /** Text of a Dockerfile that lies outside. */
  text: string | null;
};

/** Where a service is built from; null when it need not be built, or the control plane will say why it cannot be. */
function placeOf(
  name: string,
  { image, pull_policy: policy }: Service,
  build: Build,
  isBuilding: boolean,
): Place | null {
  const folder = build.context ?? '';
  if (!isAbsolute(folder)) return null;
  const isSure = image === undefined || isBuilding || policy === 'build';
  const refuse = (what: string, key: string): null => {
    if (!isSure) return null;
    throw usageError(`services.${name}.build.${key}: ${what}`, 'Correct the path in the compose file.');
  };
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false))
    return refuse(`there is no folder ${folder}.`, 'context');
  if (build.dockerfile_inline !== undefined) return { folder, inside: null, text: null };
  const dockerfile = build.dockerfile ?? 'Dockerfile';
  const path = isAbsolute(dockerfile) ? dockerfile : join(folder, dockerfile);
  if (!existsSync(path)) return refuse(`there is no file ${path}.`, 'dockerfile');
  const below = relative(folder, path).split(sep).join('/');
  const isOutside = below.startsWith('../') || below === '..' || isAbsolute(dockerfile);
  return isOutside
    ? { folder, inside: null, text: readFileSync(path, 'utf8') }
    : { folder, inside: below, text: null };
}

async function sendContext(
  api: Pick<Api, 'sendContext'>,
  name: string,
  { folder, inside }: Place,
  lines: ProgressLines,
): Promise<string> {
  const step = `context.${name}`;
  const { entries, sizeBytes, skipped } = listContext(folder, inside);
  for (const path of skipped) lines.say(`left out, no file, folder or link: ${escapeLine(path)}`);
  const text = `sending ${entries.length} files of ${name}`;
  const show = (done: number): void =>
    lines.show({ step, state: 'progress', text, done, total: sizeBytes, unit: 'bytes' });
  lines.show({ step, state: 'started', text });
  // Only who builds needs the archiver.
  const { packContext } = await import('./pack-context.ts');
  try {
    const { id } = await api.sendContext(packContext(entries, show));
    lines.show({
      step,
      state: 'done',
      text: `${entries.length} files of ${name} sent (${formatBytes(sizeBytes)})`,
    });
    return id;
  } catch (error) {
    lines.show({ step, state: 'failed', text });
    throw error;
  }
}
