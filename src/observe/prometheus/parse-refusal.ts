import { parse } from 'yaml';
import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';

const apiError = z.object({ status: z.literal('error'), error: z.string() });
const ruleFile = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })),
});

/** Prometheus's words in one line: from its API's error, or the plain text of a refused reload. */
export function parseReloadRefusal(body: string): string {
  const parsed = apiError.safeParse(parseJson(body));
  const text = parsed.success ? parsed.data.error : body;
  return text.replace(/\s+/g, ' ').trim().slice(0, 500) || 'no reason given';
}

/** Expressions of a rule file, each once. */
export function exprsOf(text: string): string[] {
  const parsed = ruleFile.safeParse(parse(text));
  if (!parsed.success) return [];
  return [...new Set(parsed.data.groups.flatMap((group) => group.rules.map((rule) => rule.expr)))];
}
