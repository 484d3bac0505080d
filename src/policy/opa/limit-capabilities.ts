import { z } from 'zod';
import { allowedFunctions } from '../../core/policy/guard-rego.ts';
import { parseJson } from '../../core/json/parse-json.ts';

const capabilities = z.looseObject({ builtins: z.array(z.looseObject({ name: z.string() })) });

/** What this engine can do, less everything that a policy of a person may not. Null when it cannot be read. Pure. */
export function limitCapabilities(text: string): string | null {
  const parsed = capabilities.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const builtins = parsed.data.builtins.filter(({ name }) => allowedFunctions.includes(name));
  return JSON.stringify({
    ...parsed.data,
    builtins,
    features: ['rego_v1'],
    future_keywords: [],
    allow_net: [],
  });
}
