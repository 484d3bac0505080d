import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

/** What these cost when they are loaded, each time a command is run: 10 to 40 ms. `import()` where they are needed costs nothing before. */
const heavy = ['zod', 'yaml', 'ws', 'openapi-fetch', 'tar-stream', 'node:http', 'node:https'];

/** The modules that a file loads with it, and from where. */
function loadedWith(file: string, seen = new Map<string, string>()): Map<string, string> {
  const text = readFileSync(file, 'utf8');
  for (const [, what = '', from = ''] of text.matchAll(/^(?:import|export) ([^;]*?) ?from '([^']+)';/gm)) {
    if (what.startsWith('type ')) continue;
    const target = from.startsWith('.') ? join(dirname(file), from) : from;
    if (seen.has(target)) continue;
    seen.set(target, file);
    if (from.startsWith('.') && existsSync(target)) loadedWith(target, seen);
  }
  return seen;
}

test('a command begins without what only some commands need', () => {
  for (const start of [
    'main.ts',
    'calls/connect.ts',
    'commands/deploy.ts',
    'commands/scale.ts',
    'commands/ls.ts',
  ]) {
    const loaded = loadedWith(join(import.meta.dirname, start));
    assert.ok(loaded.size > 5, start);
    for (const name of heavy) assert.equal(loaded.get(name), undefined, `${start} loads ${name}`);
  }
});
