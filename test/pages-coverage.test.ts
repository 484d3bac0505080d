import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');

/** Operations that the pages do not call, each with the reason. */
const elsewhere: Record<string, string> = {
  'GET /healthz': 'for supervisors, not for people',
  'GET /readyz': 'for supervisors, not for people',
  'GET /api/v1/openapi.json': 'for programs',
  'GET /api/v1/auth/provider/callback': 'the identity provider sends the browser there',
  'POST /api/v1/auth/token': 'for API clients; browsers have a cookie',
  'POST /api/v1/hooks/{id}': 'for CI jobs; the pages show the line that calls it',
  'POST /api/v1/alerts/{source}': 'for other monitoring systems; the pages show the line that calls it',
  'POST /api/v1/contexts': 'a folder of the machine is sent by the command line',
  'POST /api/v1/apps:build': 'needs a folder of the machine',
  'POST /api/v1/apps/{app}/builds': 'needs a folder of the machine',
  'GET /api/v1/apps/{app}/files': 'files are copied by the command line',
  'POST /api/v1/apps/{app}/files': 'files are copied by the command line',
  'GET /api/v1/apps/{app}/bundle': 'the same files come as an archive',
};

test('every operation of the API is called by the pages, or stands in a list with the reason', () => {
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const called = calledOperations();
  const known = new Set(Object.keys(elsewhere));
  assert.deepEqual(
    operations.filter((operation) => !called.has(operation) && !known.has(operation)),
    [],
    'called by no page',
  );
  assert.deepEqual(
    [...known].filter((operation) => called.has(operation) || !operations.includes(operation)),
    [],
    'in a list, but called or gone',
  );
});

/** `api.GET('/api/v1/apps')`, and the addresses that are followed or opened as sockets. */
function calledOperations(): Set<string> {
  const called = new Set<string>();
  for (const file of globSync('ui/src/**/*.{ts,tsx}', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, method = '', path = ''] of text.matchAll(
      /\bapi\s*\.(GET|POST|PUT|PATCH|DELETE)\(\s*'([^']+)'/g,
    ))
      called.add(`${method} ${path}`);
    for (const [, path = ''] of text.matchAll(/[`'](\/api\/v1\/[^`'?]*)/g))
      called.add(
        `GET ${path.replace(/\$\{(?:encodeURIComponent\()?(\w+)[^}]*\}/g, (_, name: string) => `{${name.replace(/^uniqueName$/, 'app')}}`)}`,
      );
  }
  return called;
}
