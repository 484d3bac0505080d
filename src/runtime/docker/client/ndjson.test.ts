import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { parseNdjson } from './ndjson.ts';

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncIterable<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const parse = (text: string, sizes: readonly number[] = []): Promise<unknown[]> =>
  Array.fromAsync(parseNdjson(cut(Buffer.from(text), sizes), 'Test'));

it('lines come out as they went in, wherever the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.nat(20)), async (values, sizes) => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      assert.deepEqual(await parse(text, sizes), JSON.parse(JSON.stringify(values)));
    }),
  );
});

it('a character cut in two is whole again', async () => {
  assert.deepEqual(await parse('{"a":"ü€"}\n', [7, 1, 1]), [{ a: 'ü€' }]);
});

it('the last line needs no newline, empty lines are nothing', async () => {
  assert.deepEqual(await parse('\n1\r\n\n2'), [1, 2]);
});

it('a line that ends too early is an error that shows its beginning', async () => {
  await assert.rejects(parse('{"a":1}\n{"status":"Pul'), {
    code: 'engine.failed',
    message: /ends too early.*"status":"Pul/,
  });
});
