/** `850 ms`, `3.1 s`, `2 m 05 s`, `1 h 03 m`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor((seconds % 3600) / 60))} m`;
}

/** How long ago, as kubectl has it: `12s`, `5m`, `3h`, `4d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** `0 B`, `512 B`, `1.5 MB`: decimal, as the engine's own progress has it. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `1,234` with thousands apart. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** Local time of day, `14:03:07`. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** `+03.1s`, `+1:05.2`: time since a begin, aligned in a column of 8. */
export function formatOffset(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1);
  const text = minutes === 0 ? `+${rest}s` : `+${minutes}:${rest.padStart(4, '0')}`;
  return text.padStart(8);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const bars = '▁▂▃▄▅▆▇█';

/** One bar per value, the highest full; empty for no values. */
export function sparkline(values: readonly number[]): string {
  const highest = Math.max(...values, 0);
  return values
    .map((value) => {
      const level = highest === 0 ? 0 : Math.round((Math.max(0, value) / highest) * (bars.length - 1));
      return bars[level] ?? '';
    })
    .join('');
}
