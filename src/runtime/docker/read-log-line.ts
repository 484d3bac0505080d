const longestLine = 2_000;
/** Builders paint what comes from standard error. */
const colours = new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*[A-Za-z]`, 'g');

/** A line of a build as it would be read, without colours; empty for a blank one. */
export function readLogLine(raw: string): string {
  // A carriage return overwrites the line, as progress bars do.
  const line = raw.replace(colours, '').replace(/\r+$/, '').split('\r').at(-1) ?? '';
  return line.trim() === '' ? '' : line.slice(0, longestLine);
}
