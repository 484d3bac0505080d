import type { CliError } from '../cli-error.ts';
import { escapeLine, escapeText } from './escape.ts';
import { writeJson, type Stream } from './terminal.ts';

/** Beyond this many mistakes the rest is only counted. */
const maxDetails = 20;

/** An error on its stream: the sentence, each mistake with its place, what to do. With `json` the problem document. */
export function printProblem(stream: Stream, error: CliError, options: { json: boolean }): void {
  if (options.json) return writeJson(stream, error.problem);
  const { errors = [], fix, requestId } = error.problem;
  const lines = [`${stream.paint(['red', 'bold'], 'error:')} ${escapeText(error.message)}`];
  for (const detail of errors.slice(0, maxDetails)) {
    const where = detail.place ?? detail.pointer ?? '';
    const text = [where, detail.message].filter((part) => part !== '').join(' ');
    // A pointer of one value among the input adds nothing for a person; a place in a file does.
    const isSaid = detail.place === undefined && detail.message === error.message;
    if (!isSaid && escapeLine(text) !== escapeLine(error.message)) lines.push(`  ${escapeLine(text)}`);
    if (detail.fix !== undefined && detail.fix !== fix)
      lines.push(`    ${stream.paint('dim', escapeLine(detail.fix))}`);
  }
  if (errors.length > maxDetails) lines.push(`  … and ${errors.length - maxDetails} more`);
  if (fix !== undefined) lines.push(`${stream.paint(['green', 'bold'], 'fix:')} ${escapeText(fix)}`);
  if (requestId !== undefined) lines.push(stream.paint('dim', `request ${escapeLine(requestId)}`));
  stream.write(`${lines.join('\n')}\n`);
}
