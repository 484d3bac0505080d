import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createStream } from './terminal.ts';
import { wrapText } from './wrap-text.ts';

const narrow = createStream(() => {}, { isTty: true, columns: () => 30 });
const text = 'Scaled shop-1/web from 1 to 3: 111 req/s';

describe('long texts on a terminal', () => {
  test('are wrapped at spaces and stay in their column', () => {
    assert.equal(wrapText(narrow, text, 8), 'Scaled shop-1/web from\n        1 to 3: 111 req/s');
  });

  test('keep a word that is longer than a line whole', () => {
    const long = `at http://${'x'.repeat(40)} now`;
    assert.equal(wrapText(narrow, long, 0), `at\nhttp://${'x'.repeat(40)}\nnow`);
  });

  test('stay as they are in a pipe, where they fit, and where no room is left', () => {
    assert.equal(
      wrapText(
        createStream(() => {}),
        text.repeat(9),
        8,
      ),
      text.repeat(9),
    );
    assert.equal(wrapText(narrow, 'short', 8), 'short');
    assert.equal(wrapText(narrow, text, 25), text);
  });
});
