import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { renderCsv } from '../../ui/src/charts/render-csv.ts';

describe('tables for spreadsheets', () => {
  it('S69 cells that a spreadsheet would take for formulas are texts', () => {
    for (const cell of [
      '=1+1',
      '+1',
      '-1+cmd|calc',
      '@SUM(A1)',
      ' =1',
      '\t=1',
      '\r=1',
      '\n=HYPERLINK("http://evil.example")',
      '\u0000=1',
      '＝1',
    ]) {
      const [text = ''] = /[^"].*/s.exec(renderCsv([[cell]])) ?? [];
      assert.ok(text.startsWith("'"), JSON.stringify(cell));
    }
    assert.equal(
      renderCsv([['a', -1, 1e9, null, 'x-1', 'a,b', 'say "hi"']]),
      'a,-1,1000000000,,x-1,"a,b","say ""hi"""\r\n',
    );
  });

  it('S69 no cell ends before it ends, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
        const read = parse(renderCsv([cells]));
        assert.deepEqual(
          read.map((cell, index) =>
            cells[index] === cell.slice(1) && cell.startsWith("'") ? cells[index] : cell,
          ),
          cells,
        );
      }),
    );
  });
});

/** The cells of one record, as RFC 4180 has it. */
function parse(record: string): string[] {
  const cells = record.slice(0, -2).match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^",]*)(?=,|$)/gs) ?? [];
  return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}
