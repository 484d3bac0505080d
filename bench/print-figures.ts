/** The value below which this share of the values lies; the nearest one that was measured. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints a table: of each row how many values, quartiles, 95th percentile and the extremes. */
export function printFigures(title: string, rows: Readonly<Record<string, readonly number[]>>): void {
  const columns = ['n', 'min', 'p25', 'p50', 'p75', 'p95', 'max'];
  const width = Math.max(...Object.keys(rows).map((name) => name.length), 10);
  const digits = (value: number): string =>
    Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
  console.log(`\n${title}\n${' '.repeat(width)}${columns.map((name) => name.padStart(9)).join('')}`);
  for (const [name, values] of Object.entries(rows)) {
    const sorted = values.toSorted((a, b) => a - b);
    const figures = [0, 0.25, 0.5, 0.75, 0.95, 1].map((share) => digits(quantile(sorted, share)));
    const cells = [String(values.length), ...figures].map((text) => text.padStart(9));
    console.log(`${name.padEnd(width)}${cells.join('')}`);
  }
}
