import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CraneError } from '../core/error/crane-error.ts';
import { tempFolder } from '../../test/factories/temp-store.ts';
import { acquireLease } from './lease.ts';

describe('the lease of a data folder', () => {
  it('is given once, and again after it was released', (test) => {
    const path = join(tempFolder(test), 'data', 'crane.lease');
    const lease = acquireLease({ path });
    assert.throws(
      () => acquireLease({ path }),
      (thrown: unknown) =>
        thrown instanceof CraneError &&
        thrown.code === 'lease.held' &&
        thrown.message.includes(String(process.pid)),
    );
    lease.release();
    lease.release();
    acquireLease({ path }).release();
  });

  it('ends with the process that holds it, however that dies', async (test) => {
    const path = join(tempFolder(test), 'crane.lease');
    const program = `
      import { acquireLease } from ${JSON.stringify(join(import.meta.dirname, 'lease.ts'))};
      acquireLease({ path: process.argv[1] });
      console.log('held');
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', program, '--', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(holder, 'exit');
    test.after(() => holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    assert.throws(
      () => acquireLease({ path }),
      (thrown: unknown) => thrown instanceof CraneError && thrown.message.includes(String(holder.pid)),
    );
    holder.kill('SIGKILL');
    await exited;
    acquireLease({ path }).release();
  });

  it('says when the place cannot be used', (test) => {
    const file = join(tempFolder(test), 'file');
    writeFileSync(file, '');
    assert.throws(
      () => acquireLease({ path: join(file, 'crane.lease') }),
      (thrown: unknown) => thrown instanceof CraneError && thrown.code === 'store.unavailable',
    );
  });
});
