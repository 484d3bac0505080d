import type { AdmissionCheckView } from '../calls/admission-calls.ts';
import { escapeLine } from './escape.ts';
import type { Stream } from './terminal.ts';

const colours = { deny: 'red', warn: 'yellow', audit: 'gray', excepted: 'gray' } as const;

/** Each with its place and what to do. */
export function renderViolations(
  out: Stream,
  { violations }: Pick<AdmissionCheckView, 'violations'>,
): string {
  const lines = violations.flatMap(({ policy, mode, title, msg, fix, place }) => [
    `${out.paint(colours[mode], mode.padEnd(8))} ${policy} ${escapeLine(title)}: ${escapeLine(msg)}`,
    `         ${place === undefined ? '' : `${escapeLine(place)}  `}${escapeLine(fix)}`,
  ]);
  return lines.map((line) => `${line}\n`).join('');
}
