import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { array, assert as check, integer, property } from 'fast-check';
import { createEventParser } from './parse-events.ts';

const text =
  ': open\n\nid: 1\nevent: step\ndata: {"a":1}\n\ndata: two\ndata: lines\r\n\r\n: beat\n\nid\rdata:no space\r\revent: never\n\n';
const events = [
  { id: '1', event: 'step', data: '{"a":1}' },
  { id: '1', event: 'message', data: 'two\nlines' },
  { id: '', event: 'message', data: 'no space' },
];

describe('parsing server-sent events', () => {
  it('gives complete events, with the last id seen', () => {
    assert.deepEqual(createEventParser()(text), events);
  });

  it('does not care how the stream is cut', () => {
    check(
      property(array(integer({ min: 0, max: text.length })), (cuts) => {
        const parse = createEventParser();
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const parts = places.slice(1).map((end, index) => text.slice(places[index], end));
        assert.deepEqual(
          parts.flatMap((part) => parse(part)),
          events,
        );
      }),
    );
  });

  it('keeps an event that is not complete for later', () => {
    const parse = createEventParser();
    assert.deepEqual(parse('data: a\n'), []);
    assert.deepEqual(parse('\n'), [{ id: null, event: 'message', data: 'a' }]);
  });
});
