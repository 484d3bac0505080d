import { Argument, Option, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { askNewPassword, askPassword } from '../input/ask-password.ts';
import { changeQuota, type QuotaOptions } from '../input/change-quota.ts';
import { usageError } from '../cli-error.ts';
import { confirm } from '../input/confirm.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseSomeDuration, parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { AccountView, InvitationView, Role } from '../calls/people-calls.ts';

type Options = FormatOptions &
  QuotaOptions & {
    role: Role;
    passwordStdin?: boolean;
    for: string;
    yes?: boolean;
    quiet?: boolean;
  };
type Call = { context: CliContext; api: Api; options: Options };

const actions = {
  ls: list,
  add,
  invite,
  invitations: listInvitations,
  withdraw,
  disable: (call: Call, name: string) => change(call, name, { isDisabled: true }),
  enable: (call: Call, name: string) => change(call, name, { isDisabled: false }),
  role: changeRole,
  passwd: changePassword,
  rm: remove,
  registration,
  quota: changeQuota,
} satisfies Record<string, (call: Call, name: string, value: string) => Promise<void>>;
const withoutName = new Set(['ls', 'invite', 'invitations', 'registration', 'passwd', 'quota']);

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('[action]', 'what to do').choices(Object.keys(actions)).default('ls'))
    .argument(
      '[name]',
      'of the person (quota: none = of everybody); withdraw: id of the invitation; registration: open, invitation or closed',
    )
    .argument('[role]', 'role: admin or user')
    .addOption(
      new Option('--role <role>', 'add, invite: what they are').choices(['admin', 'user']).default('user'),
    )
    .option('--password-stdin', 'add, passwd: take the password from stdin')
    .option('--for <duration>', 'invite: how long the code is good', '7d')
    .option('--apps <count>', 'quota: most apps; none = no limit, default = as everybody')
    .option('--instances <count>', 'quota: most instances')
    .option('--cpus <cores>', 'quota: most CPUs that instances may take together')
    .option('--memory <size>', 'quota: most memory that instances may take together, as 512m or 4g')
    .option('--ports <count>', 'quota: most published ports')
    .option('--volumes <count>', 'quota: most volumes')
    .option('-y, --yes', 'rm: do not ask')
    .option('-q, --quiet', 'ls: print the names only');
  addExamples(addFormat(command), [
    ['crane users', 'everybody'],
    ['crane users add bob', 'prints a first password, shown this once'],
    ['crane users role bob admin', 'in force with the next request'],
    ['crane users disable bob', ''],
    ['crane users passwd', 'another password for yourself'],
    ['crane users passwd bob', 'a new one for somebody who forgot it'],
    ['crane users quota bob --apps 5 --memory 4g', 'most that his apps may have together; the rest stays'],
    ['crane users quota --instances 20', 'of everybody without limits of their own; admins have none'],
    ['crane users registration invitation', 'who has an invitation may register; see crane login --register'],
    ['crane users invite --for 1d', ''],
  ]).action(async (action: keyof typeof actions, name = '', value = '', options: Options) => {
    if (name === '' && !withoutName.has(action))
      throw usageError(`${action} needs a name.`, 'List them with: crane users ls');
    await actions[action]({ context, api: connect(context), options }, name, value);
  });
}

async function list({ context, api, options }: Call): Promise<void> {
  const users = await api.people.users();
  const { out } = context.terminal;
  if (options.quiet === true) {
    for (const { name } of users) out.write(`${escapeLine(name)}\n`);
  } else show(context, users, options);
}

async function add({ context, api, options }: Call, name: string): Promise<void> {
  const given = options.passwordStdin === true ? { password: await askPassword(context, '', true) } : {};
  const { user, password } = await api.people.add({ name, role: options.role, ...given });
  if (isJson(options)) return writeJson(context.terminal.out, { user, password });
  context.terminal.out.write(`${escapeLine(user.name)} is a new ${user.role}.\n`);
  tellPassword(context, user.name, password);
}

function tellPassword({ terminal }: CliContext, name: string, password: string | null): void {
  if (password === null) return;
  terminal.out.write(`password: ${password}\n`);
  terminal.err.write(
    `It is shown this once. ${escapeLine(name)} logs in with crane login ${escapeLine(name)}, and changes it with crane users passwd.\n`,
  );
}

async function change(
  { context, api, options }: Call,
  name: string,
  body: { role?: Role; isDisabled?: boolean },
): Promise<void> {
  show(context, [await api.people.change(name, body)], options);
}

async function changeRole(call: Call, name: string, role: string): Promise<void> {
  if (role !== 'admin' && role !== 'user')
    throw usageError('A role is admin or user.', `Write: crane users role ${name} admin`);
  await change(call, name, { role });
}

async function changePassword({ context, api, options }: Call, name: string): Promise<void> {
  const isFromStdin = options.passwordStdin === true;
  if (name !== '') {
    const given = isFromStdin ? { password: await askPassword(context, '', true) } : {};
    const { password } = await api.people.resetPassword(name, given);
    if (isJson(options)) return writeJson(context.terminal.out, { name, password });
    context.terminal.out.write(`${escapeLine(name)} has a new password and is logged out everywhere.\n`);
    return tellPassword(context, name, password);
  }
  // From stdin: with a token alone there is no place for two.
  const current = isFromStdin ? '' : await askPassword(context, 'Current password (empty: none)', false);
  const password = await askNewPassword(context, isFromStdin);
  await api.people.changePassword({ password, ...(current === '' ? {} : { current }) });
  if (isJson(options)) return writeJson(context.terminal.out, { changed: true });
  context.terminal.out.write('The password is changed; other logins have ended.\n');
}

async function remove({ context, api, options }: Call, name: string): Promise<void> {
  await confirm(context, `Remove ${escapeLine(name)}, with tokens and logins?`, options.yes === true);
  await api.people.remove(name);
  if (isJson(options)) return writeJson(context.terminal.out, { removed: name });
  context.terminal.out.write(`${escapeLine(name)} is removed.\n`);
}

async function registration({ context, api, options }: Call, mode: string): Promise<void> {
  if (mode !== '') {
    if (mode !== 'open' && mode !== 'invitation' && mode !== 'closed')
      throw usageError('Registration is open, invitation or closed.', 'crane users registration closed');
    await api.people.setRegistration(mode);
  }
  const now = await api.people.registration();
  if (isJson(options)) writeJson(context.terminal.out, { mode: now });
  else context.terminal.out.write(`${now}\n`);
}

async function invite({ context, api, options }: Call): Promise<void> {
  const seconds = Math.round(parseSomeDuration(options.for, '--for') / 1000);
  const { invitation, code } = await api.people.invite(options.role, seconds);
  if (isJson(options)) return writeJson(context.terminal.out, { invitation, code });
  context.terminal.out.write(`${code}\n`);
  context.terminal.err.write('It is shown this once. To be used with: crane login NAME --register CODE\n');
}

async function listInvitations({ context, api, options }: Call): Promise<void> {
  const { out } = context.terminal;
  const all = await api.people.invitations();
  if (isJson(options)) return writeJson(out, all);
  out.write(
    renderTable<InvitationView>(
      out,
      [
        { title: 'ID', cell: (item) => item.id, align: 'right' },
        { title: 'ROLE', cell: (item) => item.role },
        { title: 'GOOD UNTIL', cell: (item) => new Date(item.expiresAt).toISOString() },
      ],
      all,
    ),
  );
}

async function withdraw({ context, api, options }: Call, text: string): Promise<void> {
  const id = parseWhole(text, 'the id of an invitation', { min: 1, max: 999_999_999 });
  await api.people.withdraw(id);
  if (isJson(options)) writeJson(context.terminal.out, { withdrawn: id });
  else context.terminal.out.write(`Invitation ${id} is withdrawn.\n`);
}

function show({ terminal: { out } }: CliContext, users: AccountView[], options: Options): void {
  if (isJson(options)) return writeJson(out, users);
  out.write(
    renderTable<AccountView>(
      out,
      [
        { title: 'NAME', cell: (user) => user.name },
        { title: 'ROLE', cell: (user) => user.role },
        {
          title: 'STATE',
          cell: (user) => (user.isDisabled ? 'disabled' : 'active'),
          format: (user) => (user.isDisabled ? 'yellow' : null),
        },
        { title: 'LOGS IN BY', cell: (user) => (user.hasPassword ? 'password' : 'tokens only') },
        { title: 'APPS', cell: ({ quota }) => share(quota, 'apps'), align: 'right' },
        { title: 'INSTANCES', cell: ({ quota }) => share(quota, 'instances'), align: 'right' },
        { title: 'SINCE', cell: (user) => formatAge(Date.now() - user.createdAt) },
      ],
      users,
    ),
  );
}

/** `3/20`; without a limit the number alone. */
function share({ quota, used }: AccountView['quota'], name: 'apps' | 'instances'): string {
  return quota[name] === null ? String(used[name]) : `${used[name]}/${quota[name]}`;
}
