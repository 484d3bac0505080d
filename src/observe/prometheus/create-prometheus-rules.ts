import { CraneError } from '../../core/error/crane-error.ts';
import type { AlertRules } from '../../core/port/metrics.ts';
import { askPrometheus, describeFailure } from './ask-prometheus.ts';
import { exprsOf, parseReloadRefusal } from './parse-refusal.ts';
import { renderRules } from './render-rules.ts';
import { createRuleFile, type RuleFile } from './rule-file.ts';
import type { SignalWindows } from './measured-query.ts';

export type PrometheusRulesOptions = {
  /** The folder on this machine that Prometheus's `rule_files` reads; Crane's file there is `crane.yml`. */
  directory: string;
  url: string;
  windows?: SignalWindows;
  /** Bound of one reload. Default 10,000. */
  timeoutMs?: number;
};

/**
 * Writes the rule file and has Prometheus load it. What lies in the file is always what Prometheus accepted: on a
 * refusal (`input.invalid`, with its words) or when it cannot be reached (`part.unavailable`) the old file comes back.
 * The first sync of this process reloads even when nothing changed, since the last one may have died in between.
 */
export function createPrometheusRules(options: PrometheusRulesOptions): AlertRules {
  const file = createRuleFile(options.directory);
  let isLoaded = false;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    sync(rules, signal, owned = []) {
      const run = turn.then(async () => {
        const text = renderRules(rules, options.windows, owned);
        const before = await file.read();
        const isChanged = before !== text;
        if (!isChanged && isLoaded) return false;
        if (isChanged) await file.write(text);
        await reloadOrRestore(options, file, { before, text }, signal);
        isLoaded = true;
        return isChanged;
      });
      turn = run.catch(() => undefined);
      return run;
    },
  };
}

async function reloadOrRestore(
  options: PrometheusRulesOptions,
  file: RuleFile,
  { before, text }: { before: string | null; text: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const outcome = await reload(options, signal);
  if (outcome === null) return;
  if (before === null) await file.remove();
  else if (before !== text) await file.write(before);
  if (outcome.kind === 'unreachable') {
    throw new CraneError('part.unavailable', {
      message: `Prometheus did not load the alert rules: ${outcome.reason}.`,
      fix: 'Look at `crane status`.',
    });
  }
  const details = await explainRefusal(options, text, signal);
  await reload(options, signal);
  throw new CraneError('input.invalid', {
    message: `Prometheus refused the alert rules: ${details[0] ?? outcome.reason}.`,
    errors: details.map((message) => ({ message })),
  });
}

type Outcome = { kind: 'unreachable' | 'refused'; reason: string };

/** Null when loaded. */
async function reload(
  { url, timeoutMs = 10_000 }: PrometheusRulesOptions,
  signal: AbortSignal | undefined,
): Promise<Outcome | null> {
  try {
    const { status, body } = await askPrometheus({ url, path: '/-/reload', timeoutMs, signal });
    if (status === 200) return null;
    return status === 500
      ? { kind: 'refused', reason: parseReloadRefusal(body) }
      : { kind: 'unreachable', reason: `it answered ${status}` };
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'unreachable', reason: describeFailure(error, timeoutMs) };
  }
}

/** A refused reload names only the file; the words about an expression come from asking for each of them. */
async function explainRefusal(
  { url }: PrometheusRulesOptions,
  text: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const found: string[] = [];
  for (const expr of exprsOf(text)) {
    const form = { query: expr };
    const reply = await askPrometheus({
      url,
      path: '/api/v1/format_query',
      form,
      timeoutMs: 2_000,
      signal,
    }).catch(() => null);
    if (reply !== null && reply.status === 400) found.push(parseReloadRefusal(reply.body));
    if (found.length === 10) break;
  }
  return found;
}
