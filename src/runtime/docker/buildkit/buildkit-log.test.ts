import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeProtobuf } from '../../../../test/factories/encode-protobuf.ts';
import { CraneError } from '../../../core/error/crane-error.ts';
import { createBuildKitLog } from './buildkit-log.ts';
import { readFields } from '../client/read-fields.ts';

const time = encodeProtobuf({ 1: 1_700_000_000 });
type Fields = Parameters<typeof encodeProtobuf>[0];
const vertex = (digest: string, name: string, more: Fields = {}): Uint8Array =>
  encodeProtobuf({ 1: encodeProtobuf({ 1: digest, 3: name, ...more }) });
const says = (digest: string, text: string): Uint8Array =>
  encodeProtobuf({ 3: encodeProtobuf({ 1: digest, 2: time, 3: 1, 4: text }) });

describe('what BuildKit tells', () => {
  it('are steps, each once, and what they write, line by line', () => {
    const log = createBuildKitLog('web');
    const read = (bytes: Uint8Array) => log.read(bytes);
    assert.deepEqual(read(vertex('a', '[internal] load build context', { 5: time })), []);
    assert.deepEqual(read(vertex('b', '[2/3] RUN make')), []);
    const begun = { kind: 'step', number: 2, total: 3, text: 'RUN make' };
    assert.deepEqual(read(vertex('b', '[2/3] RUN make', { 5: time })), [begun]);
    assert.deepEqual(read(vertex('b', '[2/3] RUN make', { 5: time, 6: time })), []);
    assert.deepEqual(read(says('b', 'one\n\u001b[31mtw')), [{ kind: 'output', text: 'one' }]);
    assert.deepEqual(read(says('b', 'o\u001b[0m\n\nthree')), [{ kind: 'output', text: 'two' }]);
    assert.deepEqual(log.end(), [{ kind: 'output', text: 'three' }]);
    assert.deepEqual(read(vertex('c', '[build 1/4] COPY . .', { 4: 1 })), [
      { kind: 'step', number: 1, total: 4, text: '[build] COPY . .' },
    ]);
  });

  it('are layers that are pulled', () => {
    const log = createBuildKitLog('web');
    log.read(vertex('a', '[1/2] FROM docker.io/library/alpine', { 5: time }));
    const part = (fields: Fields) => log.read(encodeProtobuf({ 2: encodeProtobuf({ 2: 'a', ...fields }) }));
    const progress = { layer: '0123456789ab', status: 'downloading', doneBytes: 5, totalBytes: 300 };
    const fields = { 1: 'sha256:0123456789abcdef', 3: 'downloading', 4: 5, 5: 300 };
    assert.deepEqual(part(fields), [{ kind: 'pull', progress }]);
    assert.deepEqual(part(fields), []);
  });

  it('names the step that failed, with its own last lines', () => {
    const log = createBuildKitLog('web');
    log.read(vertex('a', '[one 1/1] RUN a', { 5: time }));
    log.read(vertex('b', '[2/2] RUN b', { 5: time }));
    log.read(says('b', 'bad news\n'));
    log.read(says('a', 'all is well\n'));
    log.read(vertex('a', '[one 1/1] RUN a', { 5: time, 7: 'context canceled' }));
    log.read(vertex('b', '[2/2] RUN b', { 5: time, 7: 'exit code: 3' }));
    const error = log.explain(new CraneError('image.build_failed', 'Build web:1: exit code: 3'));
    assert.ok(error instanceof CraneError);
    assert.equal(error.message, 'The build of web failed at step 2/2 "RUN b": exit code: 3\n  bad news');
  });

  it('is refused when it is no message, and read whatever its fields are', () => {
    assert.throws(() => [...readFields(Uint8Array.from([0x0a, 5, 1]))], RangeError);
    assert.throws(() => [...readFields(Uint8Array.from([0x80]))], RangeError);
    assert.throws(() => [...readFields(Uint8Array.from([0x0b]))], RangeError);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.uint8Array())), (given) => {
        const bytes = Buffer.concat(given.map(([number, value]) => encodeProtobuf({ [number]: value })));
        assert.deepEqual(
          [...readFields(bytes)].map(({ number, value }) => [number, value]),
          given.map(([number, value]) => [number, Buffer.from(value)]),
        );
      }),
    );
  });
});
