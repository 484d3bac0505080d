import { escapeLine } from './escape.ts';
import { widthOf } from './text-width.ts';
import type { Format, Stream } from './terminal.ts';

export type Column<Row> = {
  title: string;
  /** Text of the cell; escaped and put on one line here. */
  cell: (row: Row) => string | number | null;
  align?: 'right';
  /** Colour of the cell, where the stream shows colours. */
  format?: (row: Row) => Format | null;
};

function pad(text: string, width: number, align: 'right' | undefined): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? gap + text : text + gap;
}

function textOf(value: string | number | null): string {
  return value === null || value === '' ? '–' : escapeLine(String(value));
}

/** Columns two spaces apart with a heading, as `docker ps` has it; lines without trailing blanks. */
export function renderTable<Row>(
  stream: Stream,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): string {
  const cells = rows.map((row) => columns.map((column) => textOf(column.cell(row))));
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[index] ?? ''))),
  );
  const heading = columns
    .map((column, index) => pad(column.title, widths[index] ?? 0, column.align))
    .join('  ');
  const lines = rows.map((row, rowIndex) =>
    columns
      .map((column, index) => {
        const padded = pad(cells[rowIndex]?.[index] ?? '', widths[index] ?? 0, column.align);
        const format = column.format?.(row) ?? null;
        return format === null ? padded : stream.paint(format, padded);
      })
      .join('  ')
      .trimEnd(),
  );
  return [stream.paint('bold', heading.trimEnd()), ...lines].map((line) => `${line}\n`).join('');
}

/** Pairs of name and value, the values aligned. */
export function renderPairs(
  stream: Stream,
  pairs: readonly (readonly [string, string | number | null])[],
): string {
  const width = Math.max(0, ...pairs.map(([name]) => widthOf(name)));
  return pairs
    .map(([name, value]) => `${stream.paint('bold', pad(name, width, undefined))}  ${textOf(value)}\n`)
    .join('');
}
