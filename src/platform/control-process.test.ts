import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startLookalike } from '../../test/factories/control-lookalike.ts';
import { tempFolder } from '../../test/factories/temp-store.ts';
import { findControlProcess, removePid, stopControlProcess, writePid } from './control-process.ts';

describe('the control plane’s process', { skip: process.platform !== 'linux' }, () => {
  for (const program of ['main.js', 'main.ts'])
    it(`is found by its pid file, and stopped: ${program}`, async (test) => {
      const folder = tempFolder(test);
      const child = await startLookalike(test, folder, { program });
      const exited = once(child, 'exit');
      assert.equal(findControlProcess(folder), child.pid);
      assert.equal(await stopControlProcess(folder), true);
      assert.deepEqual(await exited, [0, null]);
      assert.equal(await stopControlProcess(folder), false, 'again is harmless');
    });

  it('is killed when it does not end in time, and its file goes', async (test) => {
    const folder = tempFolder(test);
    const child = await startLookalike(test, folder, { onTerm: '' });
    const exited = once(child, 'exit');
    assert.equal(await stopControlProcess(folder, 100), true);
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    assert.equal(existsSync(join(folder, 'crane.pid')), false);
  });

  it('is none when the file is stale: no such process, another program, no number', async (test) => {
    const folder = tempFolder(test);
    assert.equal(findControlProcess(folder), null);
    for (const text of ['4194304999', '999999', String(process.pid), '-1', 'x', '']) {
      writeFileSync(join(folder, 'crane.pid'), text);
      assert.equal(findControlProcess(folder), null, text);
      assert.equal(await stopControlProcess(folder), false);
    }
  });

  it('is never the control plane of another data folder that got the pid', async (test) => {
    const [ours, theirs] = [tempFolder(test), tempFolder(test)];
    const child = await startLookalike(test, theirs);
    writeFileSync(join(ours, 'lease.db'), '');
    writeFileSync(join(ours, 'crane.pid'), `${child.pid}\n`);
    assert.equal(findControlProcess(ours), null);
    assert.equal(await stopControlProcess(ours), false);
    assert.equal(child.exitCode, null);
    assert.equal(findControlProcess(theirs), child.pid);
  });

  it('removes only its own pid file', (test) => {
    const folder = tempFolder(test);
    writePid(folder);
    assert.equal(readFileSync(join(folder, 'crane.pid'), 'utf8'), `${process.pid}\n`);
    removePid(folder);
    assert.equal(existsSync(join(folder, 'crane.pid')), false);
    writeFileSync(join(folder, 'crane.pid'), '1\n');
    removePid(folder);
    assert.equal(existsSync(join(folder, 'crane.pid')), true);
  });
});
