import { z } from 'zod';
import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { withoutUnused } from '../compose/without-unused.ts';

/** Where a bundle says what of it is not the app, and what people set beside its file. */
export const bundleKey = 'x-crane-bundle';
const partsSchema = z.object({
  /** The router that was put before the app, which Crane has itself. */
  router: z.object({ service: z.string(), network: z.string(), config: z.string() }).optional(),
  /** Services whose `deploy.replicas` only says their smallest number, since Compose does not know it. */
  smallest: z.array(z.string()).optional(),
  /** Rules, modes and schedules; see carried-settings.ts. */
  settings: z.unknown().optional(),
});
const markSchema = z.object({ [bundleKey]: partsSchema });
export type BundleParts = z.infer<typeof partsSchema>;

/** Says in a bundle's compose file what of it is not the app. */
export function bundleMark({ router, smallest = [], settings }: BundleParts): object {
  const parts = {
    ...(router === undefined ? {} : { router }),
    ...(smallest.length === 0 ? {} : { smallest }),
    ...(settings === undefined ? {} : { settings }),
  };
  return Object.keys(parts).length === 0 ? {} : { [bundleKey]: parts };
}

/** The app of a bundle: the project without what was added to serve it elsewhere. Other projects are given as they are. */
export function withoutBundleParts(project: ComposeProject): ComposeProject {
  const parsed = markSchema.safeParse(project);
  if (!parsed.success) return project;
  const { router, smallest = [] } = parsed.data[bundleKey];
  const kept = Object.entries(project).filter(([name]) => name !== bundleKey);
  const services = Object.entries(project.services)
    .filter(([name]) => name !== router?.service)
    .map(([name, spec]) => [name, smallest.includes(name) ? withoutReplicas(spec) : spec] as const);
  return withoutUnused({
    ...Object.fromEntries(kept),
    name: project.name,
    services: Object.fromEntries(services),
  });
}

function withoutReplicas({ deploy = {}, ...spec }: ComposeService): ComposeService {
  const { replicas: _replicas, ...rest } = deploy;
  return Object.keys(rest).length === 0 ? spec : { ...spec, deploy: rest };
}
