import { ownDataLength } from './guard-rego.ts';
import type { PolicyText } from './policy-text.ts';
import { readRegoTokens } from './rego-tokens.ts';

/** Where the engine knows this text: packages of one digest beside those of others. */
export function policyModuleName({ kind, revision }: Pick<PolicyText, 'kind' | 'revision'>): string {
  return `${kind}_${revision}`;
}

/**
 * The one module that the engine evaluates: the same rules under a package of their own, settings within. `crane_answer` tells an
 * undefined decision from a module that the engine does not have. Pure; the text has passed `guardRego`.
 */
export function renderPolicyModule(policy: PolicyText): string {
  const { kind, rego, settings } = policy;
  const place = `people.${policyModuleName(policy)}`;
  const tokens = readRegoTokens(rego);
  let rendered = '';
  let done = 0;
  const replace = (start: number, end: number, text: string): void => {
    rendered += rego.slice(done, start) + text;
    done = end;
  };
  for (const [index, token] of tokens.entries()) {
    if (token.start < done || token.kind !== 'name' || tokens[index - 1]?.text === '.') continue;
    const length =
      token.text === 'package' ? 4 : token.text === 'data' ? ownDataLength(kind, tokens, index) : null;
    const last = length === null ? undefined : tokens[index + length - 1];
    if (last === undefined) continue;
    const text =
      length === 4 ? `package ${place}` : length === 3 ? `data.${place}.crane_settings` : `data.${place}`;
    replace(token.start, last.end, text);
  }
  return `${rendered}${rego.slice(done)}
crane_settings := ${settings}

crane_answer["isLoaded"] := true

crane_answer["decision"] := decision
`;
}
