import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import type { OwnQuota, QuotaStateView, QuotaView } from '../calls/people-calls.ts';

/** As texts: a number, `none` for no limit, `default` for that of everybody. */
export type QuotaOptions = {
  apps?: string;
  instances?: string;
  cpus?: string;
  memory?: string;
  ports?: string;
  volumes?: string;
};
type Call = { context: CliContext; api: Api; options: FormatOptions & QuotaOptions };
type Name = keyof QuotaView;

const names: readonly Name[] = ['apps', 'instances', 'cpus', 'memoryBytes', 'ports', 'volumes'];
const optionOf = (name: Name): keyof QuotaOptions => (name === 'memoryBytes' ? 'memory' : name);

/** Shows the limits of a person, or those of everybody without a name, and changes those that are named. */
export async function changeQuota({ context, api, options }: Call, name: string): Promise<void> {
  const { out } = context.terminal;
  const change = readChange(options);
  const isChange = Object.keys(change).length > 0;
  if (name === '') {
    if (Object.values(change).includes('default'))
      throw usageError('These are what everybody has.', 'Write a number, or none for no limit.');
    const quota = isChange
      ? await api.people.setDefaultQuota(limitsOf(change))
      : await api.people.defaultQuota();
    if (isJson(options)) return writeJson(out, quota);
    out.write(renderQuota(context, { quota, own: {}, used: null }));
    return;
  }
  const before = await api.people.quota(name);
  const own = { ...before.own, ...limitsOf(change) };
  for (const each of names) if (change[each] === 'default') delete own[each];
  const state = isChange ? await api.people.setQuota(name, own) : before;
  if (isJson(options)) return writeJson(out, state);
  out.write(renderQuota(context, state));
}

type Change = Partial<Record<Name, number | null | 'default'>>;

function readChange(options: QuotaOptions): Change {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = options[optionOf(name)];
      return text === undefined ? [] : [[name, parseLimit(text, name)]];
    }),
  );
}

function limitsOf(change: Change): OwnQuota {
  return Object.fromEntries(Object.entries(change).filter(([, limit]) => limit !== 'default'));
}

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

function parseLimit(text: string, name: Name): number | null | 'default' {
  const plain = text.trim().toLowerCase();
  if (plain === 'none') return null;
  if (plain === 'default') return plain;
  const pattern = { memoryBytes: /^(\d{1,12}(?:\.\d{1,3})?)([kmgt]?)b?$/, cpus: /^(\d{1,5}(?:\.\d{1,3})?)$/ };
  const match = (name === 'memoryBytes' || name === 'cpus' ? pattern[name] : /^(\d{1,6})$/).exec(plain);
  if (match !== null) return Math.round(Number(match[1]) * (unitBytes[match[2] ?? ''] ?? 1) * 1000) / 1000;
  throw usageError(
    `--${optionOf(name)} must be an amount, none or default (saw ${JSON.stringify(text.slice(0, 40))})`,
    name === 'memoryBytes' ? 'Write it as 512m or 4g.' : 'Write it as 5; none is no limit.',
  );
}

/** A table of what there may be, and what is used. */
export function renderQuota(
  { terminal: { out } }: CliContext,
  { quota, own, used }: Pick<QuotaStateView, 'quota' | 'own'> & { used: QuotaStateView['used'] | null },
): string {
  return renderTable<Name>(
    out,
    [
      { title: 'QUOTA', cell: optionOf },
      ...(used === null
        ? []
        : [{ title: 'USED', cell: (name: Name) => amount(name, used[name]), align: 'right' as const }]),
      {
        title: 'LIMIT',
        cell: (name) => (quota[name] === null ? 'none' : amount(name, quota[name])),
        align: 'right',
      },
      ...(used === null
        ? []
        : [{ title: 'OF', cell: (name: Name) => (own[name] === undefined ? 'everybody' : 'this person') }]),
    ],
    names,
  );
}

function amount(name: Name, value: number | null): string {
  if (value === null) return 'unlimited';
  if (name !== 'memoryBytes') return String(Math.round(value * 1000) / 1000);
  const mib = value / 1024 ** 2;
  return mib >= 1024 ? `${Math.round((mib / 1024) * 100) / 100} GiB` : `${Math.round(mib * 100) / 100} MiB`;
}
