import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { renderConfigurationDocs } from '../src/config.ts';
import { readOpenapiDocument } from './openapi-document.ts';
import { renderReference } from './render-reference.ts';

const root = join(import.meta.dirname, '..');

/** Everything that is made from the routes and the configuration, below the root of the project. */
export const generatedFiles = [
  'docs/openapi.json',
  'docs/api.md',
  'docs/configuration.md',
  'src/cli/client/api.gen.ts',
] as const;

/** Writes all generated files below `target`. The same routes give the same bytes. */
export async function generate(target: string): Promise<void> {
  const document = await readOpenapiDocument(await readVersion());
  const openapi = join(target, 'docs/openapi.json');
  await write(openapi, `${JSON.stringify(sortKeys(document), null, 2)}\n`);
  await write(join(target, 'docs/api.md'), renderReference(document));
  await write(join(target, 'docs/configuration.md'), renderConfigurationDocs());
  await writeTypes(openapi, join(target, 'src/cli/client/api.gen.ts'));
}

async function readVersion(): Promise<string> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

// openapi-typescript needs TypeScript 5, which lives in the workspace apart from the project's own.
async function writeTypes(openapi: string, path: string): Promise<void> {
  const program = join(root, 'tools/client/node_modules/openapi-typescript/bin/cli.js');
  const child = spawn(process.execPath, [program, openapi, '--default-non-nullable', 'false'], {
    cwd: join(root, 'tools/client'),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  const exited = once(child, 'close');
  child.stdout.setEncoding('utf8');
  let text = '';
  for await (const part of child.stdout) text += String(part);
  const [code] = await exited;
  if (code !== 0) throw new Error(`openapi-typescript ended with ${String(code)}`);
  const heading = '// Generated from docs/openapi.json by "npm run generate"; do not edit.\n';
  await write(path, heading + text);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sortKeys(each)]),
  );
}

if (import.meta.main) await generate(root);
