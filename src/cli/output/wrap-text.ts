import type { Stream } from './terminal.ts';
import { widthOf } from './text-width.ts';

/** Below this there is no room for words beside the indent: the terminal wraps as it likes. */
const leastRoom = 20;

/** A text that begins at the column `indent`, wrapped at its spaces so that it stays there. Unchanged where no terminal shows it. */
export function wrapText(stream: Stream, text: string, indent: number): string {
  const room = stream.columns() - indent;
  if (!stream.isTty || room < leastRoom || widthOf(text) <= room) return text;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= room) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
