import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { ComposeProject } from './compose-project.ts';
import { danglingReferences } from './check-references.ts';
import { interpolateDocument } from './interpolate-document.ts';
import { nearest, positionsOf, type Position } from './positions.ts';
import { readEnvFile } from './read-env-file.ts';
import { serviceSchema } from './service-schema.ts';

export type ComposeSource = {
  /** Main files in the order given. */
  files: readonly { path: string; text: string }[];
  readFile: (path: string) => string | undefined;
  environment: Readonly<Record<string, string>>;
  envFiles?: readonly string[];
  profiles: readonly string[];
  projectName?: string;
  projectDirectory?: string;
};
export type ComposeProblem = {
  file: string;
  line: number;
  column: number;
  path: string;
  message: string;
  fix?: string;
};
export type LoadedCompose =
  | {
      ok: true;
      project: ComposeProject;
      warnings: readonly ComposeProblem[];
      positions: ReadonlyMap<string, Position>;
    }
  | { ok: false; problems: readonly ComposeProblem[] };

const largest = 1024 * 1024;
const networkSchema = z.union([
  z.null().transform(() => ({})),
  z.looseObject({
    name: z.string().optional(),
    internal: z.boolean().optional(),
    external: z.boolean().optional(),
    driver: z.string().optional(),
  }),
]);
const projectSchema = z.strictObject({
  name: z.string().optional(),
  version: z.unknown().optional(),
  services: z.record(
    z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/, 'a service name holds letters, digits and ._-'),
    serviceSchema,
  ),
  networks: z.record(z.string(), networkSchema).optional(),
  volumes: z.record(z.string(), networkSchema).optional(),
});

/** Loads one compose file: YAML with positions → interpolation → checks → canonical model. All problems at once. */
export function loadCompose(source: ComposeSource): LoadedCompose {
  const [file] = source.files;
  if (file === undefined)
    return refuse({
      file: 'compose.yaml',
      line: 1,
      column: 1,
      path: '',
      message: 'no compose file was given',
    });
  if (source.files.length > 1)
    return refuse({
      file: source.files[1]?.path ?? '',
      line: 1,
      column: 1,
      path: '',
      message: 'several compose files cannot be merged in this version',
      fix: 'Merge them into one file.',
    });
  if (file.text.length > largest)
    return refuse({
      file: file.path,
      line: 1,
      column: 1,
      path: '',
      message: 'the file is larger than 1 MiB',
    });
  const lines = new LineCounter();
  const document = parseDocument(file.text, {
    merge: true,
    lineCounter: lines,
  });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => ({
        file: file.path,
        line: error.linePos?.[0].line ?? 1,
        column: error.linePos?.[0].col ?? 1,
        path: '',
        message: error.message.split('\n')[0] ?? 'not YAML',
      })),
    };
  }
  const problems: ComposeProblem[] = [];
  const positions = positionsOf(document, lines, file.path);
  const place = (path: readonly PropertyKey[]): Position =>
    nearest(positions, path) ?? { file: file.path, line: 1, column: 1 };
  interpolateDocument(
    document,
    { ...readEnvFile(source.readFile('.env') ?? ''), ...source.environment },
    (path, message) =>
      problems.push({
        ...place(path),
        path: path.join('.'),
        message,
        fix: 'Set the variable, or give it a default: ${NAME:-default}.',
      }),
  );
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return refuse({
      file: file.path,
      line: 1,
      column: 1,
      path: '',
      message: error instanceof Error ? error.message : 'too many aliases',
    });
  }
  const parsed = projectSchema.safeParse(dropExtensions(plain));
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => describe(issue, place)));
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const project = complete(parsed.data, source);
  const unknown = danglingReferences(project, place);
  return unknown.length > 0
    ? { ok: false, problems: unknown }
    : { ok: true, project, warnings: [], positions };
}

function refuse(problem: ComposeProblem): LoadedCompose {
  return { ok: false, problems: [problem] };
}

function describe(
  issue: z.core.$ZodIssue,
  place: (path: readonly PropertyKey[]) => Position,
): ComposeProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...place([...issue.path, key]),
      path: [...issue.path, key].join('.'),
      message: 'this key is not supported here',
      fix: 'Remove it, or check its spelling.',
    }));
  }
  if (issue.code === 'invalid_union') {
    const best =
      issue.errors.flat().find((inner) => inner.code === 'custom') ??
      issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
    if (best !== undefined) return describe({ ...best, path: [...issue.path, ...best.path] }, place);
  }
  return [{ ...place(issue.path), path: issue.path.join('.'), message: issue.message }];
}

function dropExtensions(plain: unknown): unknown {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return plain;
  return Object.fromEntries(Object.entries(plain).filter(([key]) => !key.startsWith('x-')));
}

function complete(parsed: z.infer<typeof projectSchema>, source: ComposeSource): ComposeProject {
  const name = source.projectName ?? parsed.name ?? 'app';
  const selected = Object.entries(parsed.services).filter(
    ([, service]) =>
      service.profiles === undefined || service.profiles.some((profile) => source.profiles.includes(profile)),
  );
  const services = Object.fromEntries(
    selected.map(([key, service]) => [
      key,
      {
        ...service,
        ...(service.network_mode === undefined ? { networks: service.networks ?? { default: null } } : {}),
        ...(service.environment === undefined
          ? {}
          : { environment: fill(service.environment, source.environment) }),
      },
    ]),
  );
  const usesDefault = Object.values(services).some(
    (service) => service.networks !== undefined && 'default' in service.networks,
  );
  const named = (map: Record<string, object> | undefined): Record<string, object> =>
    Object.fromEntries(
      Object.entries(map ?? {}).map(([key, value]) => [key, { name: `${name}_${key}`, ...value }]),
    );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod says `| undefined` for absent members; undefined members never occur
  return {
    name,
    services,
    networks: named({ ...(usesDefault ? { default: {} } : {}), ...parsed.networks }),
    ...(parsed.volumes === undefined ? {} : { volumes: named(parsed.volumes) }),
  } as ComposeProject;
}

function fill(
  map: Record<string, string | null>,
  environment: Readonly<Record<string, string>>,
): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, value ?? environment[key] ?? null]),
  );
}
