/** Scripts whose letters are taken for one another's. */
const alike = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];
/** Nothing to be seen, or what turns the text around it: format and control characters, fillers, the blank of Braille. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Why a text is no name that a person can tell from others by looking; null when it is one. Of descriptions nothing of this is asked. */
export function nameFault(text: string): string | null {
  if (unseen.test(text)) return 'must hold no characters that cannot be seen';
  if (/[^\P{Zs} ]/u.test(text)) return 'must hold no spaces but plain ones';
  if (text.startsWith(' ') || text.endsWith(' ')) return 'must not begin or end with a space';
  if (/^\p{M}/u.test(text)) return 'must not begin with a mark';
  if (text !== text.normalize('NFC')) return 'must be composed (Unicode NFC)';
  if (alike.filter((script) => script.test(text)).length > 1)
    return 'must not mix letters of scripts that look alike';
  return null;
}
