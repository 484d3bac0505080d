import type { CliContext } from '../context.ts';
import { isJson, type FormatOptions } from '../options.ts';
import type { PreviewView, ReleaseDiffView } from '../calls/views.ts';
import { renderViolations } from './render-violations.ts';
import { escapeLine } from './escape.ts';
import { writeJson, type Stream } from './terminal.ts';

/** What a deployment would change, for people or as JSON. */
export function showPreview(
  { terminal: { out } }: CliContext,
  preview: PreviewView,
  options: FormatOptions,
): void {
  if (isJson(options)) return writeJson(out, preview);
  out.write(`${out.paint('bold', preview.app === null ? 'A new app' : escapeLine(preview.app))}\n`);
  out.write(renderDiff(out, preview.changes));
  out.write(renderViolations(out, preview.admission));
  if (!preview.admission.isAllowed) out.write(`  ${out.paint('red', 'The policies would refuse it.')}\n`);
  if (preview.toBuild.length > 0)
    out.write(`  to be built, which may change it: ${preview.toBuild.map(escapeLine).join(', ')}\n`);
  if (preview.toPull.length > 0) out.write(`  to be pulled: ${preview.toPull.map(escapeLine).join(', ')}\n`);
}

const marks = { create: '+', replace: '±', settings: '~', remove: '-', keep: ' ' } as const;
const colours = {
  create: 'green',
  replace: 'yellow',
  settings: 'yellow',
  remove: 'red',
  keep: 'gray',
} as const;

/** One line a service with what differs, then networks, volumes and what cannot be undone. */
export function renderDiff(out: Stream, diff: ReleaseDiffView): string {
  const lines: string[] = [];
  for (const { service, change, because, order } of diff.services) {
    const how = change === 'replace' && order !== null ? ` (${order})` : '';
    lines.push(`  ${out.paint(colours[change], `${marks[change]} ${escapeLine(service)}`)}  ${change}${how}`);
    for (const { path, from, to } of because)
      lines.push(`      ${escapeLine(path)}: ${valueText(from)} → ${valueText(to)}`);
  }
  for (const name of diff.networks.create) lines.push(`  + network ${escapeLine(name)}`);
  for (const name of diff.networks.remove) lines.push(`  - network ${escapeLine(name)}`);
  for (const name of diff.volumes.create) lines.push(`  + volume ${escapeLine(name)}`);
  for (const name of diff.volumes.leave)
    lines.push(`    volume ${escapeLine(name)} is no longer used and is kept`);
  for (const text of diff.irreversible) lines.push(`  ${out.paint('yellow', '!')} ${escapeLine(text)}`);
  if (diff.isEmpty) lines.push('  Nothing would change.');
  return `${lines.join('\n')}\n`;
}

function valueText(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = escapeLine(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
