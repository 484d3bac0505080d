import assert from 'node:assert/strict';
import { it } from 'node:test';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { renderTar } from './render-tar.ts';

it('is a tar that others read: paths, owners, permissions, contents', async () => {
  const long = `/very/${'long'.repeat(60)}/ümlaut`;
  const files = [
    { path: '/run/secrets/a', mode: 0o400, uid: 1000, gid: 4_000_000_000, text: 'secret ü' },
    { path: long, mode: 0o444, text: 'x'.repeat(512) },
    { path: '/empty', mode: 0o444, text: '' },
  ];
  const seen: unknown[] = [];
  const tar = extract();
  tar.end(Buffer.from(await renderTar(files, 1_700_000_000_000)));
  for await (const entry of tar) {
    const { name, mode, uid, gid, mtime, type, pax } = entry.header;
    const large = Object.entries(pax ?? {}).find(([key]) => key === 'gid')?.[1];
    const content = await text(entry);
    const at = mtime?.getTime();
    seen.push({ path: `/${name}`, mode, uid, gid: Number(large ?? gid), text: content, at, type });
  }
  assert.deepEqual(
    seen,
    files.map((file) => ({ uid: 0, gid: 0, ...file, at: 1_700_000_000_000, type: 'file' })),
  );
});
