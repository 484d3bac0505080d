import { replyError } from './engine-error.ts';

/** A single line longer than this is no progress line of an engine. */
const maxLineBytes = 16 * 1024 * 1024;

/** Parses newline-separated JSON as it arrives; the pieces may be cut anywhere. A line that is no JSON is an error. */
export async function* parseNdjson(chunks: AsyncIterable<Uint8Array>, what: string): AsyncIterable<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineBytes) throw replyError(what, `a line of more than ${maxLineBytes} bytes`);
    for (const line of lines) if (line.trim() !== '') yield parseLine(line, what);
  }
  const last = (rest + decoder.decode()).trim();
  if (last !== '') yield parseLine(last, what);
}

function parseLine(line: string, what: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw replyError(what, `a line is no JSON or ends too early: "${line.slice(0, 80).trim()}"`, error);
  }
}
