import type { ComposeNode, NodePath, ScalarNode } from './compose-node.ts';
import { childrenOf, isNull, toPlain } from './compose-node.ts';
import { parseBytes } from './byte-size.ts';
import { durationText, parseDuration } from './duration.ts';
import { toFlag } from './interpolate-nodes.ts';
import type { Report } from './report.ts';
import { scalarText, shortFloat } from './yaml-scalar.ts';

/** Reads one value of the canonical tree; undefined when it is absent or, where Compose leaves it out, empty. */
export type Decoder<T> = (node: ComposeNode | undefined, path: NodePath, report: Report) => T | undefined;
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

type Fields = Readonly<Record<string, Decoder<unknown>>>;
type Present<F extends Fields> = { [K in keyof F]: Decoded<F[K]> };
type Extensions = { [extension: `x-${string}`]: unknown };

/**
 * A mapping. `required` fields are in every canonical file, or have a value of their own when absent. `x-*` is kept as it is.
 */
export function struct<F extends Fields>(optional: F): Decoder<Partial<Present<F>> & Extensions>;
export function struct<R extends Fields, F extends Fields>(
  optional: F,
  required: R,
): Decoder<Present<R> & Partial<Present<F>> & Extensions>;
export function struct(optional: Fields, required: Fields = {}): Decoder<object> {
  const fields = Object.entries({ ...optional, ...required });
  const names = new Set(fields.map(([key]) => key));
  return (node, path, report) => {
    if (node?.kind !== 'map') return undefined;
    const found = fields.map(
      ([key, decode]) => [key, decode(node.entries.get(key), [...path, key], report)] as const,
    );
    const extensions = [...node.entries]
      .filter(([key]) => key.startsWith('x-') && !names.has(key))
      .map(([key, child]) => [key, toPlain(child)] as const);
    return Object.fromEntries([...found.filter(([, value]) => value !== undefined), ...extensions]);
  };
}

export const text: Decoder<string> = (node) => {
  if (node?.kind !== 'scalar' || node.value === null || node.value === '') return undefined;
  return scalarText(node);
};

/** A text that is in every canonical file. */
export const textOrEmpty: Decoder<string> = (node, path, report) => text(node, path, report) ?? '';

/** One of the words that the schema allows here. */
export function word<const W extends string>(): Decoder<W>;
export function word(): Decoder<string> {
  return text;
}

/** ` (saw "x")`, for the end of a message. */
export function saw(node: ScalarNode): string {
  return ` (saw ${JSON.stringify(scalarText(node).slice(0, 60))})`;
}

function readNumber(node: ComposeNode | undefined, path: NodePath, report: Report): number | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  if (typeof node.value === 'number') return node.value;
  const value =
    typeof node.value === 'string' && /^[-+\d.]/.test(node.value) ? Number(node.value) : Number.NaN;
  if (Number.isFinite(value)) return value;
  report(node.at, path, `must be a number${saw(node)}`);
  return undefined;
}

/** A whole number that is left out when it is 0. */
export const whole: Decoder<number> = (node, path, report) => {
  const value = Math.trunc(readNumber(node, path, report) ?? 0);
  return value === 0 ? undefined : value;
};

/** A whole number, also 0. */
export const wholeOrZero: Decoder<number> = (node, path, report) => {
  const value = readNumber(node, path, report);
  return value === undefined ? undefined : Math.trunc(value);
};

/** A whole number from 0 to a bound. */
export function count(largest = Number.MAX_SAFE_INTEGER): Decoder<number> {
  return (node, path, report) => {
    const value = wholeOrZero(node, path, report);
    if (node !== undefined && value !== undefined && (value < 0 || value > largest))
      report(
        node.at,
        path,
        largest === Number.MAX_SAFE_INTEGER
          ? `must not be negative (saw ${value})`
          : `must be 0-${largest} (saw ${value})`,
      );
    return value;
  };
}

/** The same, left out when it is 0. */
export function someCount(largest?: number): Decoder<number> {
  const decode = count(largest);
  return (node, path, report) => decode(node, path, report) || undefined;
}

export const ratio: Decoder<number> = (node, path, report) => {
  const value = readNumber(node, path, report);
  return value === undefined || value === 0 ? undefined : shortFloat(value);
};

function readFlag(node: ComposeNode | undefined, path: NodePath, report: Report): boolean | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const value = typeof node.value === 'boolean' ? node.value : toFlag(scalarText(node));
  if (typeof value === 'boolean') return value;
  report(node.at, path, `must be true or false${saw(node)}`);
  return undefined;
}

/** A flag that is left out when it is false. */
export const flag: Decoder<boolean> = (node, path, report) =>
  readFlag(node, path, report) === true || undefined;
/** A flag that is written whenever it is given. */
export const givenFlag: Decoder<boolean> = readFlag;
/** A flag that is true, and left out, when nothing is said. */
export const optOut: Decoder<boolean> = (node, path, report) =>
  readFlag(node, path, report) === false ? false : undefined;

export const bytes: Decoder<string> = (node, path, report) => {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const size = node.isFloat === true ? null : parseBytes(scalarText(node));
  if (size === null) report(node.at, path, `must be a size${saw(node)}`, 'Write a size such as 512m or 1g.');
  return size === null || size === 0 ? undefined : String(size);
};

const readDuration = (node: ComposeNode | undefined, path: NodePath, report: Report): number | undefined => {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const duration = parseDuration(scalarText(node));
  if (duration !== null) return duration;
  report(node.at, path, `must be a duration${saw(node)}`, 'Write a duration such as 10s or 1m30s.');
  return undefined;
};

export const duration: Decoder<string> = (node, path, report) => {
  const value = readDuration(node, path, report);
  return value === undefined ? undefined : durationText(value);
};

/** A duration that is left out when it is 0. */
export const longerThanZero: Decoder<string> = (node, path, report) => {
  const value = readDuration(node, path, report);
  return value === undefined || value === 0 ? undefined : durationText(value);
};

export function listOf<T>(decode: Decoder<T>): Decoder<T[]> {
  return (node, path, report) => {
    const items = node?.kind === 'list' ? node.items : node === undefined || isNull(node) ? [] : [node];
    const values = items
      .map((item, index) => decode(item, [...path, String(index)], report))
      .filter((item) => item !== undefined);
    return values.length === 0 ? undefined : values;
  };
}

/** Texts, also empty ones. */
export const texts: Decoder<string[]> = listOf((node) =>
  node?.kind === 'scalar' ? (node.value === null ? '' : scalarText(node)) : undefined,
);

/** Texts and whole numbers. */
export const wholeTexts: Decoder<string[]> = (node, path, report) => {
  for (const [index, item] of node?.kind === 'list' ? node.items.entries() : [])
    if (item.kind === 'scalar' && item.isFloat === true)
      report(item.at, [...path, String(index)], `must be a text or a whole number (saw ${scalarText(item)})`);
  return texts(node, path, report);
};

/** A mapping by names; `empty` stands for a name without a value. */
export function mapOfAll<T>(decode: Decoder<T>): Decoder<Record<string, T>>;
export function mapOfAll<T, E>(decode: Decoder<T>, empty: E): Decoder<Record<string, T | E>>;
export function mapOfAll(decode: Decoder<unknown>, empty?: unknown): Decoder<Record<string, unknown>> {
  return (node, path, report) => {
    if (node?.kind !== 'map' || node.entries.size === 0) return undefined;
    return Object.fromEntries(
      childrenOf(node).map(([key, child]) => [
        key,
        isNull(child)
          ? empty === undefined
            ? decode(child, [...path, key], report)
            : empty
          : decode(child, [...path, key], report),
      ]),
    );
  };
}
