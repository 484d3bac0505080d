import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { generate, generatedFiles } from '../tools/generate.ts';
import { tempFolder } from './factories/temp-store.ts';

it('the generated files are those that the routes give now', async (test) => {
  const folder = tempFolder(test);
  await generate(folder);
  for (const file of generatedFiles) {
    const [fresh, kept] = [folder, join(import.meta.dirname, '..')].map((root) =>
      readFileSync(join(root, file), 'utf8'),
    );
    assert.ok(fresh === kept, `${file} is out of date: run "npm run generate"`);
  }
});
