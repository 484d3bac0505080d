import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { z } from 'zod';
import { problemOf, testApi } from '../factories/test-api.ts';

const forged = 'bob\n{"level":50,"msg":"the disk is full"}\r\u001b[2J\u2028{"level":50}';
const line = z.looseObject({ level: z.number(), msg: z.string(), name: z.string() });

it('S68 a name that is a line of the log: refused as a name, and one escaped line where it is logged', async (test) => {
  const { call } = await testApi(test);
  const password = 'correct horse battery';
  problemOf(
    await call('ada', 'POST', '/api/v1/users', { payload: { name: forged, password } }),
    422,
    'input.invalid',
  );
  problemOf(
    await call(null, 'POST', '/api/v1/auth/login', { payload: { name: forged, password } }),
    401,
    'auth.invalid',
  );

  const wire = join(import.meta.dirname, '../../src/wire.ts');
  const program = `import { createLog } from ${JSON.stringify(wire)};
    createLog('info').warn({ name: process.argv[1] }, process.argv[1]);`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program, '--', forged], {
    encoding: 'utf8',
  });
  const lines = stderr.trimEnd().split('\n');
  assert.equal(lines.length, 1, stderr);
  const { level, msg, name } = line.parse(JSON.parse(lines[0] ?? ''));
  assert.deepEqual([level, msg, name], [40, forged, forged]);
  // oxlint-disable-next-line no-control-regex -- nothing that a terminal would act on
  assert.doesNotMatch(lines[0] ?? '', /[\u0000-\u001f\u007f-\u009f]/);
});
