import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../../core/error/crane-error.ts';
import { createBuildLog } from './build-log.ts';

const failed = (message: string): CraneError => new CraneError('image.build_failed', message);

describe('the log of a build', () => {
  it('is read in pieces, without what is about layers and colours', () => {
    const log = createBuildLog('web');
    const events = [
      'Step 1/2 : FR',
      'OM scratch\n ---> ab12\nSte',
      'p 2/2 : RUN make\n\u001b[91mhm',
      'm\n\u001b[0mRemoving intermediate container 1\n10%\r20%\r\n',
    ].flatMap((text) => log.read(text));
    assert.deepEqual(events, [
      { kind: 'step', number: 1, total: 2, text: 'FROM scratch' },
      { kind: 'step', number: 2, total: 2, text: 'RUN make' },
      { kind: 'output', text: 'hmm' },
      { kind: 'output', text: '20%' },
    ]);
    log.read('the last');
    assert.deepEqual(log.end(), [{ kind: 'output', text: 'the last' }]);
    assert.deepEqual(log.end(), []);
  });

  it('explains an error with the step and the last lines of that step', () => {
    const log = createBuildLog('web');
    log.read('Step 1/2 : RUN a\nfrom a\nStep 2/2 : RUN b\n');
    log.read(Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join(''));
    const error = log.explain(failed('Build x/y:1: it returned 2'));
    assert.ok(error instanceof CraneError);
    const [first, ...tail] = error.message.split('\n');
    assert.equal(first, 'The build of web failed at step 2/2 "RUN b": it returned 2');
    assert.deepEqual([tail.length, tail[0], tail.at(-1)], [12, '  line 8', '  line 19']);
  });

  it('leaves other errors as they are', () => {
    const error = new CraneError('engine.unreachable', 'gone');
    assert.equal(createBuildLog('web').explain(error), error);
  });
});
