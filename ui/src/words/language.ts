import { useSyncExternalStore } from 'react';
import type { Entry } from './fill-in.ts';

export type Language = keyof typeof names;
type Catalogue = Readonly<Record<string, Entry>>;

/** Each in its own words, as a person who looks for it knows it. */
const names = { en: 'English', es: 'Español' } as const;
/** English is in the source itself. */
const catalogues: Record<Exclude<Language, 'en'>, () => Promise<Catalogue>> = {
  es: async () => (await import('./es.json')).default,
};

export const languages = [
  { language: 'en', name: names.en },
  { language: 'es', name: names.es },
] as const satisfies readonly { language: Language; name: string }[];

const key = 'crane-language';
const listeners = new Set<() => void>();
let spoken: Language = 'en';
let catalogue: Catalogue = {};

/** The one that was chosen here before, else the first of the browser's that the pages speak. */
export function chosenLanguage(): Language {
  const kept = localStorage.getItem(key);
  return knownLanguage([kept ?? '', ...navigator.languages]) ?? 'en';
}

function knownLanguage(tags: readonly string[]): Language | undefined {
  const wanted = tags.map((tag) => tag.toLowerCase().split('-')[0]);
  return wanted
    .map((short) => languages.find(({ language }) => language === short)?.language)
    .find((language) => language !== undefined);
}

/** Has its words loaded, then everything on the page said in it. */
export async function speak(language: Language): Promise<void> {
  catalogue = language === 'en' ? {} : await catalogues[language]();
  spoken = language;
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** Speaks it from now on in this browser. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(key, language);
  void speak(language);
}

/** The language that is spoken now; what shows words is made anew when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(onLanguageChange, () => spoken);
}

function onLanguageChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** As the browser writes dates and numbers in the language that is spoken: `en-GB` for a British one. */
export function localeNow(): string {
  return navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === spoken) ?? spoken;
}

export function entryOf(sentence: string): Entry | undefined {
  return catalogue[sentence];
}
