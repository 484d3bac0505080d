import { createElement, Fragment, type ReactNode } from 'react';
import { fillIn, formOf, placesOf } from './fill-in.ts';
import type spanish from './es.json';
import { entryOf, localeNow } from './language.ts';

/** An English sentence that the catalogues translate. */
export type Sentence = Extract<keyof typeof spanish, string>;
type PlacesOf<S extends string> = S extends `${string}{${infer Place}}${infer Rest}`
  ? Place | PlacesOf<Rest>
  : never;
/** One without places to fill: what a table of words holds. */
export type PlainSentence = { [S in Sentence]: [PlacesOf<S>] extends [never] ? S : never }[Sentence];
type Values<P extends string, V> = [P] extends [never] ? [] : [values: Record<P, V>];

/**
 * The sentence in the language of the person: `t('Stop {app}', { app })`. The English one is the key; the types know which ones have a
 * translation, and what goes into their places.
 */
export function t<S extends Sentence>(sentence: S, ...values: Values<PlacesOf<S>, string | number>): string {
  const [given = {}]: readonly Readonly<Record<string, string | number>>[] = values;
  return fillIn(saidOf(sentence), given);
}

/** As `t`, where something drawn stands in the middle of a sentence: `rich('seen {when}', { when: <TimeAgo at={at} /> })`. */
export function rich<S extends Sentence>(sentence: S, values: Record<PlacesOf<S>, ReactNode>): ReactNode {
  const drawn: Readonly<Record<string, ReactNode>> = values;
  return placesOf(saidOf(sentence)).map(({ words, place }) =>
    createElement(Fragment, { key: place ?? '' }, words, place === null ? null : drawn[place]),
  );
}

/** A sentence with a number in it: `plural(3, '{n} replica', '{n} replicas')`. The last one is the key. */
export function plural<S extends Sentence>(
  n: number,
  one: string,
  other: S,
  ...values: Values<Exclude<PlacesOf<S>, 'n'>, string | number>
): string {
  const [given = {}]: readonly Readonly<Record<string, string | number>>[] = values;
  const locale = localeNow();
  const form = formOf(entryOf(other) ?? { one, other }, new Intl.PluralRules(locale).select(n));
  return fillIn(form, { ...given, n: new Intl.NumberFormat(locale).format(n) });
}

function saidOf(sentence: string): string {
  return formOf(entryOf(sentence) ?? sentence, 'other');
}
