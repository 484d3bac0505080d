import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { ComposeProject } from './compose-project.ts';
import { escapeDollars } from './config-view.ts';
import { renderCompose } from './render-compose.ts';

const scalar = z.union([z.string().max(100_000), z.number(), z.boolean()]);
const pairs = z.record(z.string().min(1).max(1024), scalar.nullable()).nullable().optional();
const words = z
  .union([z.string(), z.array(z.string()).max(1000)])
  .nullable()
  .optional();
const amount = z.union([z.string(), z.number()]).nullable().optional();
const part = z.record(z.string(), z.unknown()).nullable().optional();

/**
 * What of a service may be changed without handing over its compose file again: a JSON merge patch (RFC 7396) in the words of
 * Compose. `null` takes a value away. What stands inside is judged by the compose rules.
 */
export const servicePatchSchema = z.strictObject({
  image: z.string().min(1).max(1024).optional(),
  command: words,
  entrypoint: words,
  environment: pairs,
  labels: pairs,
  healthcheck: part,
  restart: z.string().nullable().optional(),
  stop_signal: z.string().nullable().optional(),
  stop_grace_period: z.string().nullable().optional(),
  deploy: z
    .strictObject({
      replicas: z.int().min(0).max(1000).nullable().optional(),
      resources: z
        .strictObject({
          limits: z.strictObject({ cpus: amount, memory: amount, pids: amount }).nullable().optional(),
          reservations: z.strictObject({ cpus: amount, memory: amount }).nullable().optional(),
        })
        .nullable()
        .optional(),
      update_config: part,
    })
    .nullable()
    .optional(),
  'x-crane': part,
});
export type ServicePatch = z.infer<typeof servicePatchSchema>;

export const projectPatchSchema = z.strictObject({
  services: z
    .record(z.string().min(1).max(255), servicePatchSchema)
    .refine((services) => Object.keys(services).length > 0, 'must name at least one service'),
});
export type ProjectPatch = z.infer<typeof projectPatchSchema>;

/** The short words of Compose for what the patch says in `deploy`: of both, the patch is meant. */
const shortWords: readonly (readonly [path: readonly string[], short: string])[] = [
  [['deploy', 'resources', 'limits', 'memory'], 'mem_limit'],
  [['deploy', 'resources', 'limits', 'cpus'], 'cpus'],
  [['deploy', 'resources', 'limits', 'pids'], 'pids_limit'],
  [['deploy', 'resources', 'reservations', 'memory'], 'mem_reservation'],
  [['deploy', 'replicas'], 'scale'],
];

/**
 * The project as a compose file that says what the patch wants, to be loaded (with all profiles) and judged like any other. Values
 * of the patch are taken as they stand: no variable is seen in them.
 */
export function patchProject(project: ComposeProject, patch: ProjectPatch): string {
  const document: unknown = parse(renderCompose(project));
  const services = Object.fromEntries(
    Object.entries(patch.services).map(([name, change]) => [
      name,
      { ...withoutShortWords(change), ...change },
    ]),
  );
  const merged = mergePatch(document, escapeDollars({ services: textsOf(services) }));
  return stringify(merged, { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0 });
}

/** Services whose number of replicas the patch says something about. */
export function resizedServices(patch: ProjectPatch): string[] {
  return Object.entries(patch.services).flatMap(([name, { deploy }]) =>
    deploy === null || deploy?.replicas !== undefined ? [name] : [],
  );
}

/** RFC 7396: objects are merged, `null` removes, anything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (value !== undefined) merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function withoutShortWords(change: ServicePatch): Record<string, null> {
  const isNamed = (path: readonly string[]): boolean => {
    let at: unknown = change;
    for (const key of path) at = isObject(at) ? at[key] : undefined;
    return at !== undefined;
  };
  return Object.fromEntries(shortWords.flatMap(([path, short]) => (isNamed(path) ? [[short, null]] : [])));
}

/** In maps of texts a person may write numbers and flags. */
function textsOf(services: Readonly<Record<string, ServicePatch>>): Record<string, ServicePatch> {
  const text = (map: ServicePatch['labels']): ServicePatch['labels'] =>
    isObject(map)
      ? Object.fromEntries(
          Object.entries(map).map(([key, value]) => [key, value === null ? null : String(value)]),
        )
      : map;
  return Object.fromEntries(
    Object.entries(services).map(([name, change]) => [
      name,
      { ...change, environment: text(change.environment), labels: text(change.labels) },
    ]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
