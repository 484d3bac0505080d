/**
 * What a terminal would act on or be fooled by: control characters of both sets (with them every escape sequence), and
 * the bidirectional overrides that make text read in another order than it is. Line feed and tab are kept.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Colours and weights of text (SGR): these change nothing but looks. */
// oxlint-disable-next-line no-control-regex -- see above
const colour = /\u001b\[[0-9;:]{0,64}m/g;

function spellOut(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Text from elsewhere (the server, an app, a file), safe to print: hostile characters are spelled out, `\x1b` for ESC. */
export function escapeText(text: string): string {
  return text.replace(hostile, spellOut);
}

/** The same inside a JSON document, where such characters stand in strings only: it stays JSON, and says the same. */
export function escapeJson(json: string): string {
  return json.replace(hostile, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same on one line: line feeds and tabs become spaces. */
export function escapeLine(text: string): string {
  return escapeText(text.replace(/[\n\t]+/g, ' ')).trim();
}

/** Whatever is printed: colours stay where the terminal shows them, nothing else that it would act on does. */
export function escapeOutput(text: string, hasColours: boolean): string {
  if (!hasColours) return escapeText(text);
  let out = '';
  let from = 0;
  for (const match of text.matchAll(colour)) {
    out += escapeText(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return out + escapeText(text.slice(from));
}

/** A line of an app's log: its colours stay where the terminal shows colours, and end with the line. */
export function escapeLogLine(text: string, hasColours: boolean): string {
  if (!hasColours) return escapeText(text.replace(colour, ''));
  return `${escapeOutput(text, true)}${text.search(colour) < 0 ? '' : '\u001b[0m'}`;
}
