import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOperationEvent } from './parse-operation-event.ts';

const event = { seq: 1, at: 2, step: 'image.web', state: 'done', text: 'web:1', data: { ref: 'web:1' } };

test('an event of an operation is taken as it is told', () => {
  assert.deepEqual(parseOperationEvent({ ...event, further: 1 }), event);
});

test('anything else is no event', () => {
  for (const wrong of [
    null,
    'x',
    {},
    { ...event, state: 'odd' },
    { ...event, data: null },
    { ...event, seq: '1' },
  ])
    assert.throws(() => parseOperationEvent(wrong), TypeError);
});
