import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { listContext } from './list-context.ts';
import { packContext } from './pack-context.ts';

describe('the build context that is sent', () => {
  let root: string;
  let folder: string;
  const write = (path: string, text = path): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const paths = (dockerfile: string | null = 'Dockerfile'): string[] =>
    listContext(folder, dockerfile).entries.map(({ path }) => path);

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'crane-context-'));
    folder = join(root, 'app');
    mkdirSync(folder);
    writeFileSync(join(root, 'secret'), 'not yours');
    for (const path of [
      'Dockerfile',
      'src/a.ts',
      'src/b.log',
      'node_modules/x/index.js',
      'deep/Dockerfile',
      'empty',
    ])
      write(path);
    writeFileSync(join(folder, 'empty'), '');
    symlinkSync('../secret', join(folder, 'out'));
    symlinkSync(root, join(folder, 'up'));
  });
  after(() => rmSync(root, { recursive: true }));

  it('is the whole folder where nothing is left out, and follows no link', () => {
    assert.deepEqual(paths(), [
      'Dockerfile',
      'deep',
      'deep/Dockerfile',
      'empty',
      'node_modules',
      'node_modules/x',
      'node_modules/x/index.js',
      'out',
      'src',
      'src/a.ts',
      'src/b.log',
      'up',
    ]);
  });

  it('leaves out what .dockerignore names, but never the Dockerfile', () => {
    write('.dockerignore', '*\n!src\n**/*.log\n');
    assert.deepEqual(paths(), ['.dockerignore', 'Dockerfile', 'src', 'src/a.ts']);
    assert.deepEqual(paths('deep/Dockerfile'), ['.dockerignore', 'deep/Dockerfile', 'src', 'src/a.ts']);
    write('deep/Dockerfile.dockerignore', 'src\nnode_modules\n');
    assert.deepEqual(
      paths('deep/Dockerfile').filter((path) => /^(src|node)/.test(path)),
      [],
    );
    rmSync(join(folder, '.dockerignore'));
    rmSync(join(folder, 'deep/Dockerfile.dockerignore'));
  });

  it('names what cannot be sent', async () => {
    const server = createServer().listen(join(folder, 'socket'));
    await once(server, 'listening');
    assert.deepEqual(listContext(folder, null).skipped, ['socket']);
    server.close();
    await once(server, 'close');
  });

  it('is a tar of files, folders and links', async () => {
    const reader = extract();
    const reading = pipeline(packContext(listContext(folder, null).entries), reader);
    const found: Record<string, string> = {};
    for await (const entry of reader) {
      const text = (await buffer(Readable.from(entry, { objectMode: false }))).toString();
      found[entry.header.name] =
        entry.header.type === 'file' ? text : `${entry.header.type} ${entry.header.linkname ?? ''}`;
    }
    await reading;
    assert.equal(found['src/a.ts'], 'src/a.ts');
    assert.equal(found['empty'], '');
    assert.equal(found['src/'], 'directory ');
    assert.equal(found['out'], 'symlink ../secret');
    assert.ok(!JSON.stringify(found).includes('not yours'));
  });

  it('fails when a file goes while it is sent', async () => {
    write('gone', 'x'.repeat(100));
    const { entries } = listContext(folder, null);
    writeFileSync(join(folder, 'gone'), '');
    await assert.rejects(buffer(packContext(entries)), /gone could not be read whole/);
    rmSync(join(folder, 'gone'));
  });
});
