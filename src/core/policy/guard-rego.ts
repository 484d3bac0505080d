import type { PolicyKind } from './policy-text.ts';
import { readRegoTokens, type RegoToken } from './rego-tokens.ts';

export type RegoProblem = { line: number; column: number; message: string };

/** Packages of functions that reach outside, or tell of the machine. */
const forbiddenFamilies = new Set(['http', 'net', 'opa', 'rand', 'uuid', 'rego', 'io', 'providers']);

/**
 * Functions that a policy may call; the engine is given no other ones. All are pure: the same input gives the same answer, today
 * and in a replay. Left out on purpose: what makes much out of little (`numbers.range`, `walk`, `regex.template_match`).
 */
export const allowedFunctions: readonly string[] =
  `abs all and any array.concat array.flatten array.reverse array.slice assign bits.and bits.lsh bits.negate bits.or
  bits.rsh bits.xor ceil concat contains count div endswith eq equal floor format_int glob.match gt gte indexof
  internal.member_2 internal.member_3 intersection is_array is_boolean is_null is_number is_object is_set is_string
  json.filter json.remove lower lt lte max min minus mul neq object.filter object.get object.keys object.remove
  object.subset object.union object.union_n or plus product regex.match rem replace round semver.compare set_diff sort
  split sprintf startswith strings.any_prefix_match strings.any_suffix_match strings.count substring sum
  time.clock time.date time.diff time.format time.parse_duration_ns time.parse_rfc3339_ns time.weekday to_number trim
  trim_left trim_prefix trim_right trim_space trim_suffix type_name union units.parse units.parse_bytes upper`.split(
    /\s+/,
  );

/**
 * What a policy may not say whatever the engine would make of it: another package, `with`, data of others, functions that reach
 * outside. Beside this the engine itself is given only `allowedFunctions`. Pure; no problem = an empty list.
 */
export function guardRego(kind: PolicyKind, source: string): RegoProblem[] {
  const tokens = readRegoTokens(source);
  return [
    ...packageProblems(kind, tokens),
    ...tokens.flatMap((token, index) => {
      const message = problemOf(kind, tokens, index);
      return message === null ? [] : [at(token, message)];
    }),
  ].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function packageProblems(kind: PolicyKind, tokens: readonly RegoToken[]): RegoProblem[] {
  const [first] = tokens;
  const said = tokens.slice(0, 4).map(({ text }) => text);
  const isRight = said.join(' ') === `package crane . ${kind}`;
  // Anything that goes on with the name would make it another package.
  const goesOn = tokens[4] !== undefined && ['.', '['].includes(tokens[4].text);
  if (isRight && !goesOn) return [];
  return [at(first ?? { line: 1, column: 1 }, `it must begin with: package crane.${kind}`)];
}

function problemOf(kind: PolicyKind, tokens: readonly RegoToken[], index: number): string | null {
  const token = tokens[index];
  if (token === undefined) return null;
  if (token.text.startsWith('$')) return 'template strings are not possible; use sprintf';
  // A member of something, as in input.data.
  if (token.kind !== 'name' || tokens[index - 1]?.text === '.') return null;
  if (token.text.startsWith('crane_')) return 'names that begin with crane_ are for Crane';
  if (token.text === 'package' && index > 0) return 'one package only';
  if (token.text === 'with') return 'with is not possible: a policy answers the question that was asked';
  if (token.text === 'import') return importProblem(tokens.slice(index + 1, index + 4));
  if (token.text === 'data') return dataProblem(kind, tokens, index);
  return callProblem(tokens, index);
}

function importProblem(next: readonly RegoToken[]): string | null {
  const said = next.map(({ text }) => text).join('');
  return said === 'rego.v1' || said.startsWith('input')
    ? null
    : 'only rego.v1 and input can be imported; write data.… out';
}

function dataProblem(kind: PolicyKind, tokens: readonly RegoToken[], index: number): string | null {
  if (tokens[index - 1]?.text === 'import') return null;
  return ownDataLength(kind, tokens, index) === null
    ? `only data.${kind} (the settings in data.json) and data.crane.${kind} can be read`
    : null;
}

/** How many tokens name own data here: `data.scaling` 3, `data.crane.scaling` 5; null = it is not own data. */
export function ownDataLength(kind: PolicyKind, tokens: readonly RegoToken[], index: number): 3 | 5 | null {
  const said = tokens.slice(index, index + 5).map(({ text }) => text);
  if (said.slice(0, 3).join('') === `data.${kind}`) return 3;
  return said.join('') === `data.crane.${kind}` ? 5 : null;
}

function callProblem(tokens: readonly RegoToken[], index: number): string | null {
  const token = tokens[index];
  if (token === undefined) return null;
  let end = index + 1;
  let name = token.text;
  while (tokens[end]?.text === '.' && tokens[end + 1]?.kind === 'name') {
    name += `.${tokens[end + 1]?.text ?? ''}`;
    end += 2;
  }
  if (tokens[end]?.text !== '(' || !name.includes('.')) return null;
  if (allowedFunctions.includes(name)) return null;
  const family = name.split('.')[0] ?? '';
  if (forbiddenFamilies.has(family))
    return `${name} is not possible: a policy sees its input and nothing else`;
  return null;
}

function at({ line, column }: { line: number; column: number }, message: string): RegoProblem {
  return { line, column, message };
}
