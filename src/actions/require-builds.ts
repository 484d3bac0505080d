import { mayBuild } from '../core/build/decide-image.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { CraneError } from '../core/error/crane-error.ts';

/** What is sent along for a service that is built: its context, and its Dockerfile where that lies outside. */
export type SentBuild = { context: string; dockerfile?: string };
export type SentBuilds = Readonly<Record<string, SentBuild>>;

/**
 * Refuses what can only be built when its context was not sent, and contexts of services that are not built. A service that
 * names an image too is built only when that is not to be had; its context may be missing.
 */
export function requireBuilds(
  project: ComposeProject,
  { builds = {}, isBuilding = false }: { builds?: SentBuilds; isBuilding?: boolean },
): void {
  for (const [name, service] of Object.entries(project.services)) {
    const isSure = service.build !== undefined && mayBuild(service, isBuilding);
    const isNamed = service.image !== undefined && !isBuilding && service.pull_policy !== 'build';
    if (isSure && !isNamed && builds[name] === undefined)
      throw new CraneError('input.invalid', {
        message: `services.${name} is built, and its build context was not sent.`,
        fix: 'Use crane deploy, which sends it; by API, send it to /api/v1/contexts and name it in builds.',
        errors: [{ pointer: `/builds/${name}`, message: 'is missing' }],
      });
  }
  for (const name of Object.keys(builds))
    if (project.services[name]?.build === undefined)
      throw new CraneError('input.invalid', {
        message: `A build context was sent for ${name}, which is not built.`,
        fix: 'Leave it out, or add build: to the service.',
        errors: [{ pointer: `/builds/${name}`, message: 'is not a service that is built' }],
      });
}
