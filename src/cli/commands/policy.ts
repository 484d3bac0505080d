import { Argument, Option, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson } from '../options.ts';
import { writeJson } from '../output/terminal.ts';
import type { PolicyBoundsView, PolicyKind, PolicyPlace } from '../calls/policy-calls.ts';
import { kindOfDraft, readPolicyDraft } from '../input/policy-draft.ts';
import {
  addSettingOptions,
  isSettingAction,
  manageSettings,
  settingActions,
  type SettingAction,
  type SettingOptions,
} from '../input/policy-settings.ts';
import {
  showBounds,
  showDiff,
  showFile,
  showHistory,
  showJudgement,
  showSaved,
  showState,
  showStates,
} from '../calls/policy-views.ts';

const actions = [
  'ls',
  'show',
  'check',
  'test',
  'dry-run',
  'save',
  'activate',
  'rollback',
  'history',
  'diff',
  'bounds',
] as const;
type Action = (typeof actions)[number];

type Options = SettingOptions & {
  kind?: PolicyKind;
  note: string;
  limit: string;
  own?: 'on' | 'off';
  mostAtOnce?: string;
  quickReplacements?: string;
};
type Order = {
  context: CliContext;
  api: Api;
  options: Options;
  first: string | undefined;
  second: string | undefined;
};

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices([...actions, ...settingActions]))
    .argument(
      '[draft, file or number]',
      'check, test, dry-run, save: a .rego file, or a folder with scaling/ and healing/; show: a file in force; activate, rollback, diff: the number of a revision',
    )
    .argument('[number]', 'diff: the other revision; 0 is what is shipped; exceptions: add P06, ls, or rm ID')
    .option('--app <app>', 'policies of this app, by its owner; else those of the platform, by an admin')
    .addOption(
      new Option('--kind <kind>', 'what it is about; else scaling, or what the draft is about').choices([
        'scaling',
        'healing',
      ]),
    )
    .option('--note <text>', 'why; stays in the history', '')
    .option('--limit <number>', 'dry-run: how many of the newest decisions', '500')
    .addOption(
      new Option('--own <state>', 'bounds: whether apps may have policies of their own').choices([
        'on',
        'off',
      ]),
    )
    .option('--most-at-once <number>', "bounds: replicas that an app's own policy may add at once; none")
    .option('--quick-replacements <number>', "bounds: replacements without a wait, of an app's own policy");
  addSettingOptions(command);
  addExamples(addFormat(command), [
    ['crane policy ls --app shop-1', 'who decides for it, and by which files'],
    ['crane policy show scaling/scaling.rego > mine.rego', 'the one in force, to begin with'],
    ['crane policy test mine.rego --app shop-1', 'checked and tested by the policy engine itself'],
    ['crane policy dry-run mine.rego --app shop-1', 'how many recorded decisions would be different'],
    ['crane policy save mine.rego --app shop-1 --note "calmer at night"', 'as the next revision'],
    ['crane policy activate 1 --app shop-1', 'it decides from now on'],
    ['crane policy rollback --app shop-1', 'as before the last change'],
    ['crane policy diff 1 2 --app shop-1', 'what changed between two revisions'],
    ['crane policy bounds --most-at-once 5', "what owners' policies may do at most"],
    ['crane policy modes', 'how much each admission policy counts, for whom'],
    ['crane policy set P11 --role user --mode deny', 'no user runs anything as root'],
    ['crane policy exceptions add P06 --app proxy-2 --reason "it routes" --for 30d', 'by an admin'],
  ]).action(
    async (
      action: Action | SettingAction,
      first: string | undefined,
      second: string | undefined,
      options: Options,
    ) => {
      if (isSettingAction(action))
        await manageSettings[action](context, first, second === undefined ? [] : [second], options);
      else await act[action]({ context, api: connect(context), options, first, second });
    },
  );
}

const placeOf = ({ options: { app, kind = 'scaling' } }: Order): PolicyPlace => ({ app, kind });

const act: Record<Action, (order: Order) => Promise<void>> = {
  ls: async ({ context, api, options: { app, ...options } }) => {
    const [files, scaling, healing] = await Promise.all([
      api.policies.show(app),
      api.policies.state({ app, kind: 'scaling' }),
      api.policies.state({ app, kind: 'healing' }),
    ]);
    if (isJson(options)) writeJson(context.terminal.out, files);
    else showStates(context, [scaling, healing], files);
  },
  show: async ({ context, api, options, first }) => {
    if (first === undefined) throw usageError('show needs a file.', 'See: crane policy ls');
    const file = (await api.policies.show(options.app)).find(({ path }) => path === first);
    if (file === undefined)
      throw usageError(`There is no policy file ${JSON.stringify(first)}.`, 'See: crane policy ls');
    if (isJson(options)) writeJson(context.terminal.out, file);
    else showFile(context, file);
  },
  check: (order) => judge(order, 'check', 0),
  test: (order) => judge(order, 'test', 0),
  'dry-run': (order) =>
    judge(order, 'dry-run', parseWhole(order.options.limit, '--limit', { min: 1, max: 1000 })),
  save: async ({ context, api, options, first }) => {
    const files = readPolicyDraft(needed(first, 'save', 'the draft'));
    const kind = kindOfDraft(files, options.kind);
    const draft = {
      files: files.filter(({ path }) => path.startsWith(`${kind}/`)),
      note: options.note,
    };
    const saved = await api.policies.save({ app: options.app, kind }, draft);
    if (isJson(options)) writeJson(context.terminal.out, saved);
    else showSaved(context, saved, options.app);
  },
  activate: async (order) => {
    const { context, api, options, first } = order;
    const number = numberOf(needed(first, 'activate', 'the number of a revision'), 1);
    const state = await api.policies.activate(placeOf(order), { number, note: options.note });
    if (isJson(options)) writeJson(context.terminal.out, state);
    else showState(context, state);
  },
  rollback: async (order) => {
    const { context, api, options, first } = order;
    const number = first === undefined ? {} : { number: numberOf(first, 0) };
    const state = await api.policies.rollback(placeOf(order), { ...number, note: options.note });
    if (isJson(options)) writeJson(context.terminal.out, state);
    else showState(context, state);
  },
  history: async (order) => {
    const { context, api, options } = order;
    const place = placeOf(order);
    const [revisions, activations] = await Promise.all([
      api.policies.revisions(place),
      api.policies.activations(place),
    ]);
    if (isJson(options)) writeJson(context.terminal.out, { revisions, activations });
    else showHistory(context, revisions, activations);
  },
  diff: async (order) => {
    const { context, api, options, first, second } = order;
    const place = placeOf(order);
    const before = await api.policies.revision(place, numberOf(needed(first, 'diff', 'two numbers'), 0));
    const files =
      second === undefined
        ? await api.policies.show(place.app)
        : (await api.policies.revision(place, numberOf(second, 0))).files;
    const after = files.filter(({ path }) => path.startsWith(`${place.kind}/`));
    if (isJson(options)) writeJson(context.terminal.out, { before: before.files, after });
    else showDiff(context, before.files, after);
  },
  bounds: async ({ context, api, options }) => {
    const change = boundsOf(options);
    const now = await api.policies.bounds();
    const bounds = change === null ? now : await api.policies.setBounds({ ...now, ...change });
    if (isJson(options)) writeJson(context.terminal.out, bounds);
    else showBounds(context, bounds);
  },
};

async function judge({ context, api, options, first }: Order, action: Action, dryRun: number): Promise<void> {
  const files = readPolicyDraft(needed(first, action, 'the draft'));
  const judgement = await api.policies.judge({ app: options.app, files, dryRun });
  if (!judgement.check.isOk || judgement.tests?.isOk === false) context.setExitCode(1);
  if (isJson(options)) writeJson(context.terminal.out, judgement);
  else showJudgement(context, judgement);
}

function boundsOf({ own, kind, mostAtOnce, quickReplacements }: Options): Partial<PolicyBoundsView> | null {
  const change: Partial<PolicyBoundsView> = {};
  if (own !== undefined) {
    if (kind !== undefined) throw usageError('--own is about both kinds.', 'Leave --kind away.');
    change.isOwnAllowed = { scaling: own === 'on', healing: own === 'on' };
  }
  if (mostAtOnce !== undefined)
    change.mostAtOnce =
      mostAtOnce === 'none' ? null : parseWhole(mostAtOnce, '--most-at-once', { min: 1, max: 10_000 });
  if (quickReplacements !== undefined)
    change.quickReplacements = parseWhole(quickReplacements, '--quick-replacements', { min: 0, max: 1000 });
  return Object.keys(change).length === 0 ? null : change;
}

function needed(given: string | undefined, action: Action, what: string): string {
  if (given !== undefined) return given;
  const example = action === 'activate' || action === 'diff' ? '1' : './my-policies';
  throw usageError(`${action} needs ${what}.`, `Write it as: crane policy ${action} ${example}`);
}

function numberOf(text: string, min: number): number {
  return parseWhole(text, 'the number of the revision', { min, max: 999_999_999 });
}
