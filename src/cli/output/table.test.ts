import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderPairs, renderTable } from './table.ts';
import { createStream } from './terminal.ts';
import { cutText, widthOf } from './text-width.ts';

const plain = createStream(() => {});
const coloured = createStream(() => {}, { hasColours: true });

type Row = { name: string; ready: number | null };
const columns = [
  { title: 'NAME', cell: (row: Row) => row.name },
  { title: 'READY', cell: (row: Row) => row.ready, align: 'right' as const },
];

describe('tables', () => {
  test('columns are aligned, missing values are a dash, no line ends in blanks', () => {
    const text = renderTable(plain, columns, [
      { name: 'shop-1', ready: 12 },
      { name: 'a', ready: null },
    ]);
    assert.equal(text, 'NAME    READY\nshop-1     12\na           –\n');
  });

  test('no rows give the heading alone', () =>
    assert.equal(renderTable(plain, columns, []), 'NAME  READY\n'));

  test('what a name holds cannot break the table', () => {
    const text = renderTable(plain, columns, [{ name: 'a\n\u001b[2Jb', ready: 1 }]);
    assert.equal(text.split('\n').length, 3);
    assert.ok(text.includes('a \\x1b[2Jb'));
  });

  test('colours do not shift columns', () => {
    const withColour = [
      { ...columns[0], title: 'NAME', cell: (row: Row) => row.name, format: () => 'green' as const },
      columns[1],
    ].filter((column) => column !== undefined);
    const rows = [{ name: 'a', ready: 1 }];
    const text = renderTable(coloured, withColour, rows);
    assert.ok(text.includes('\u001b[32ma   \u001b[39m'), JSON.stringify(text));
  });

  test('pairs have their values aligned', () => {
    assert.equal(
      renderPairs(plain, [
        ['URL', 'http://x'],
        ['state', null],
      ]),
      'URL    http://x\nstate  –\n',
    );
  });
});

describe('width of text', () => {
  test('wide characters take two places, control sequences none', () => {
    assert.equal(widthOf('ab'), 2);
    assert.equal(widthOf('日本'), 4);
    assert.equal(widthOf('👍🏽'), 2);
    assert.equal(widthOf('\u001b[31mab\u001b[39m'), 2);
    assert.equal(widthOf('é'), 1);
  });

  test('a long text is cut with an ellipsis', () => {
    assert.equal(cutText('abcdef', 6), 'abcdef');
    assert.equal(cutText('abcdefg', 6), 'abcde…');
    assert.equal(cutText('日本語', 5), '日本…');
  });
});
