import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { loadCompose, type LoadedCompose } from '../../src/core/compose/load-compose.ts';

const corpus = join(import.meta.dirname, '../compose-corpus');
const caseSchema = z.strictObject({
  files: z.array(z.string()).default(['compose.yaml']),
  profiles: z.array(z.string()).default([]),
  envFiles: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  name: z.string().nullable().default('proj'),
});
export type ComposeCase = z.infer<typeof caseSchema> & { label: string; folder: string };

/** The cases in a folder of the corpus: a file each, or a folder each. */
export function readComposeCases(under: 'accepted' | 'refused'): ComposeCase[] {
  const root = join(corpus, under);
  const single = globSync('*.yaml', { cwd: root }).map((file) => ({
    ...caseSchema.parse({ files: [file] }),
    label: file.replace(/\.yaml$/, ''),
    folder: root,
  }));
  const folders = globSync('*/compose.yaml', { cwd: root })
    .concat(globSync('*/case.json', { cwd: root }))
    .map((file) => join(root, dirname(file)));
  const several = [...new Set(folders)].map((folder) => {
    const settings = join(folder, 'case.json');
    const given: unknown = existsSync(settings) ? JSON.parse(readFileSync(settings, 'utf8')) : {};
    return { ...caseSchema.parse(given), label: relative(root, folder), folder };
  });
  return [...single, ...several].sort((a, b) => a.label.localeCompare(b.label));
}

/** The variables that a case sees. */
export const caseEnvironment = ({ environment }: ComposeCase): Record<string, string> => ({
  HOME: '/home/sam',
  FROM_SHELL: 'shell',
  ...environment,
});

/** The case as Crane's loader sees it. */
export function loadComposeCase(each: ComposeCase): LoadedCompose {
  const read = (path: string): string | undefined => {
    const file = join(each.folder, path);
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  };
  return loadCompose({
    files: each.files.map((path) => ({ path, text: read(path) ?? '' })),
    readFile: read,
    environment: caseEnvironment(each),
    profiles: each.profiles,
    projectDirectory: each.folder,
    ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles }),
    ...(each.name === null ? {} : { projectName: each.name }),
  });
}
