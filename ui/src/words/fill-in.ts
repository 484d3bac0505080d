/** A sentence of the pages in another language: one, or one for each kind of number that the language tells apart (CLDR's `one`, `few`, `other` …). */
export type Entry = string | Readonly<Record<string, string>>;

/** `text` cut at its places: `{name}` is one, everything else is said as it is. */
export function placesOf(text: string): { words: string; place: string | null }[] {
  const found: { words: string; place: string | null }[] = [];
  let from = 0;
  for (const match of text.matchAll(/\{(\w+)\}/g)) {
    found.push({ words: text.slice(from, match.index), place: match[1] ?? null });
    from = match.index + match[0].length;
  }
  return [...found, { words: text.slice(from), place: null }];
}

/** Puts `values` into the places of `text`; a place without a value stays as it is, so that it is seen. */
export function fillIn(text: string, values: Readonly<Record<string, string | number>>): string {
  return placesOf(text)
    .map(({ words, place }) => (place === null ? words : `${words}${values[place] ?? `{${place}}`}`))
    .join('');
}

/** The form of an entry for a number; a single sentence is every form. */
export function formOf(entry: Entry, kind: string): string {
  return typeof entry === 'string' ? entry : (entry[kind] ?? entry['other'] ?? '');
}
