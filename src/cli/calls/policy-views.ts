import { showReport } from '../commands/replay.ts';
import type { CliContext } from '../context.ts';
import { escapeLine, escapeText } from '../output/escape.ts';
import { diffLines, nearChanges } from '../output/line-diff.ts';
import { renderTable } from '../output/table.ts';
import type {
  JudgementView,
  PolicyActivationView,
  PolicyBoundsView,
  PolicyFileView,
  PolicyRevisionView,
  PolicyStateView,
  SavedPolicyView,
} from './policy-calls.ts';

const when = (at: number | null): string =>
  at === null ? '' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** Who decides, and the files by which. */
export function showStates(
  { terminal: { out } }: CliContext,
  states: readonly PolicyStateView[],
  files: readonly PolicyFileView[],
): void {
  for (const state of states) out.write(`${escapeLine(describeState(state))}\n`);
  const columns = [
    { title: 'FILE', cell: (file: PolicyFileView) => file.path },
    { title: 'LINES', cell: (file: PolicyFileView) => file.text.split('\n').length - 1 },
  ];
  out.write(`\n${renderTable(out, columns, files)}`);
}

export function showState({ terminal: { out } }: CliContext, state: PolicyStateView): void {
  out.write(`${escapeLine(describeState(state))}\n`);
}

function describeState({ kind, source, number, revision, by, at, note, isResting }: PolicyStateView): string {
  const whose = {
    app: "the app's own policy",
    platform: "the platform's policy",
    shipped: 'the shipped policy',
  };
  const which = number === null ? '' : `, revision ${number} (${revision ?? ''})`;
  const since = at === null ? '' : `, since ${when(at)} by ${by}`;
  const rest = isResting ? " The app's own one rests: apps may not have their own now." : '';
  return `${kind}: ${whose[source]} decides${which}${since}${note === '' ? '' : `: ${note}`}.${rest}`;
}

export function showFile({ terminal: { out } }: CliContext, { text }: PolicyFileView): void {
  out.write(escapeText(text));
}

type Judged = Pick<JudgementView, 'unformatted' | 'tests'> & Partial<Pick<JudgementView, 'dryRun'>>;

export function showJudgement(context: CliContext, { check, ...judged }: JudgementView): void {
  const { out } = context.terminal;
  tell(context, check.isOk ? 'well formed' : 'not well formed', check.isOk);
  for (const problem of check.problems) out.write(`  ${escapeLine(problem)}\n`);
  showTests(context, judged);
}

function showTests(context: CliContext, { unformatted, tests, dryRun = null }: Judged): void {
  const { out } = context.terminal;
  for (const file of unformatted) out.write(`  ${escapeLine(file)} is not written as opa fmt would\n`);
  if (tests !== null) tell(context, `${tests.passed} tests passed, ${tests.failed} failed`, tests.isOk);
  for (const problem of tests?.problems ?? []) out.write(`  ${escapeLine(problem)}\n`);
  if (dryRun !== null) showReport(context, dryRun);
}

function tell({ terminal: { out } }: CliContext, text: string, isOk: boolean): void {
  out.write(`${out.paint(isOk ? 'green' : 'red', isOk ? '✔' : '✘')} ${escapeLine(text)}\n`);
}

export function showSaved(context: CliContext, saved: SavedPolicyView, app: string | undefined): void {
  showTests(context, saved);
  const { kind, number, revision } = saved;
  const scope = `${app === undefined ? '' : ` --app ${app}`}${kind === 'scaling' ? '' : ` --kind ${kind}`}`;
  const next =
    saved.tests?.isOk === true
      ? `Put it into force with: crane policy activate ${number}${scope}`
      : 'It cannot be put into force before its tests pass; a draft may bring other tests.';
  context.terminal.out.write(escapeLine(`Saved as revision ${number} (${revision}). ${next}`));
  context.terminal.out.write('\n');
}

export function showHistory(
  { terminal: { out } }: CliContext,
  revisions: readonly PolicyRevisionView[],
  activations: readonly PolicyActivationView[],
): void {
  out.write(
    renderTable<PolicyRevisionView>(
      out,
      [
        { title: 'REVISION', cell: ({ number }) => number, align: 'right' },
        { title: 'DIGEST', cell: ({ revision }) => revision },
        { title: 'SAVED', cell: ({ at }) => when(at) },
        { title: 'BY', cell: ({ by }) => by },
        { title: 'STATE', cell: ({ isActive }) => (isActive ? 'in force' : '') },
        { title: 'NOTE', cell: ({ note }) => note },
      ],
      revisions,
    ),
  );
  if (activations.length === 0) return;
  out.write(
    `\n${renderTable<PolicyActivationView>(
      out,
      [
        { title: 'SINCE', cell: ({ at }) => when(at) },
        {
          title: 'IN FORCE',
          cell: ({ number }) => (number === null ? 'none of its own' : `revision ${number}`),
        },
        { title: 'BY', cell: ({ by }) => by },
        { title: 'NOTE', cell: ({ note }) => note },
      ],
      activations,
    )}`,
  );
}

export function showDiff(
  { terminal: { out } }: CliContext,
  before: readonly PolicyFileView[],
  after: readonly PolicyFileView[],
): void {
  const paths = [...new Set([...before, ...after].map(({ path }) => path))].toSorted();
  const textOf = (files: readonly PolicyFileView[], path: string): string =>
    files.find((file) => file.path === path)?.text ?? '';
  let isSame = true;
  for (const path of paths) {
    const [old, fresh] = [textOf(before, path), textOf(after, path)];
    if (old === fresh) continue;
    isSame = false;
    out.write(`${out.paint('bold', escapeLine(path))}\n`);
    for (const line of nearChanges(diffLines(old, fresh))) {
      if (line === null) out.write('…\n');
      else if (line.kind === 'same') out.write(`  ${escapeText(line.text)}\n`);
      else if (line.kind === 'gone') out.write(`${out.paint('red', `- ${escapeText(line.text)}`)}\n`);
      else out.write(`${out.paint('green', `+ ${escapeText(line.text)}`)}\n`);
    }
  }
  if (isSame) out.write('No difference.\n');
}

export function showBounds({ terminal: { out } }: CliContext, bounds: PolicyBoundsView): void {
  const { isOwnAllowed, mostAtOnce, quickReplacements } = bounds;
  const allowed = (['scaling', 'healing'] as const).filter((kind) => isOwnAllowed[kind]);
  const who = allowed.length === 0 ? 'have none' : `have policies of ${allowed.join(' and ')}`;
  const most = mostAtOnce === null ? 'any number of replicas up to max' : `at most ${mostAtOnce} replicas`;
  out.write(`Apps may ${who} of their own.\n`);
  out.write(`Such a policy may add ${most} at once,\n`);
  out.write(`and replace an instance ${quickReplacements} times within ten minutes without a wait.\n`);
}
