import { stripVTControlCharacters } from 'node:util';

const isPlain = /^[ -~]*$/;
/** Takes two places: emoji, and the blocks of East Asian scripts. */
const isWide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

/** What a person sees as one character each. */
function charactersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), (part) => part.segment);
}

/** Places a text takes on a terminal; control sequences take none. */
export function widthOf(text: string): number {
  const visible = stripVTControlCharacters(text);
  if (isPlain.test(visible)) return visible.length;
  return charactersOf(visible).reduce((sum, character) => sum + (isWide.test(character) ? 2 : 1), 0);
}

/** The text, or as much of it as fits into `width` places with an ellipsis. Colours are taken out of a cut text. */
export function cutText(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of charactersOf(stripVTControlCharacters(text))) {
    used += isWide.test(character) ? 2 : 1;
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
