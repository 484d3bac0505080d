import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

import { CraneError } from '../../core/error/crane-error.ts';

const insideFolder = z
  .string()
  .regex(
    /^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\]+$/,
    'must be a path inside the recipe folder, without "." or ".."',
  );
const insideImage = z.string().regex(/^(\/[A-Za-z0-9._-]+)+$/, 'must be an absolute path inside the image');
const imageReference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9./_-]*:[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'must be a reference with a pinned tag');

const prepareStepSchema = z.strictObject({
  /** What a person reads while it runs. */
  name: z.string().min(1),
  /** The Go module copied out of the module cache, and its checksum as go.sum writes it (`h1:…`). */
  copyModule: z.string().min(1),
  version: z.string().regex(/^v\d/),
  sum: z.string().regex(/^h1:[A-Za-z0-9+/]{43}=$/),
  /** Folder of the copy, beside go.mod, which replaces the module by it. */
  to: insideFolder,
  /** Files and folders left out of the copy, then a folder of the recipe laid over it. */
  remove: z.array(insideFolder).default([]),
  add: insideFolder.optional(),
});

const binarySchema = z.strictObject({ package: z.string().min(1), path: insideImage });

const recipeSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/),
    version: z.string().min(1),
    officialReference: imageReference.optional(),
    localTag: imageReference,
    build: z.strictObject({
      binaries: z.array(binarySchema).min(1),
      tags: z.array(z.string().regex(/^[A-Za-z0-9_.]+$/)).default([]),
      /** Extra environment of the Go toolchain. */
      environment: z.record(z.string().regex(/^GO[A-Z]+$/), z.string()).default({}),
      /** Values of Go string variables, `import/path.Variable`, so that the program reports its version. */
      stamps: z.record(z.string(), z.string().regex(/^[\w.:+-]+$/)).default({}),
      prepare: z.array(prepareStepSchema).default([]),
      typicalSeconds: z.number().positive(),
    }),
    run: z.strictObject({
      entrypoint: z.array(z.string()).min(1),
      user: z.string().regex(/^\d+:\d+$/),
      /** Everything else may be mounted read-only. */
      writablePaths: z.array(insideImage),
    }),
  })
  .refine((recipe) => recipe.build.binaries.every(namedAfterPackage), {
    message:
      'go build names a binary after the last element of its package; the path in the image must end in it',
    path: ['build', 'binaries'],
  });

function namedAfterPackage(binary: { package: string; path: string }): boolean {
  return binary.package.split('/').at(-1) === binary.path.split('/').at(-1);
}

/** Where one image comes from: the official reference where a registry can be reached, and how to build it from source. */
export type ImageRecipe = z.infer<typeof recipeSchema>;
export type PrepareStep = ImageRecipe['build']['prepare'][number];

/** Checks the parsed content of an `image.json`; `place` names the file in the error. */
export function parseRecipe(content: unknown, place: string): ImageRecipe {
  const parsed = recipeSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    pointer: `/${issue.path.join('/')}`,
    message: issue.message,
  }));
  const first = errors[0];
  throw new CraneError('input.invalid', {
    message: `${place} is not a valid image recipe: ${first?.pointer ?? '/'}: ${first?.message ?? 'unreadable'}`,
    errors,
  });
}

/** Reads `image.json` of a recipe folder (`images/<part>` or an example). Throws `input.invalid`. */
export async function readRecipe(folder: string): Promise<ImageRecipe> {
  const place = join(folder, 'image.json');
  let content: unknown;
  try {
    content = JSON.parse(await readFile(place, 'utf8'));
  } catch (cause) {
    throw new CraneError(
      'input.invalid',
      { message: `${place} is missing or not JSON.`, fix: 'Restore it from the repository.' },
      { cause },
    );
  }
  return parseRecipe(content, place);
}

/** The tags that images made from these recipe folders have here. Throws `input.invalid`. */
export async function readLocalTags(folders: readonly string[]): Promise<string[]> {
  const recipes = await Promise.all(folders.map((folder) => readRecipe(folder)));
  return recipes.map(({ localTag }) => localTag);
}
