import { Argument, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import type { GroupView, MemberRole } from '../calls/people-calls.ts';

type Call = { context: CliContext; api: Api; options: FormatOptions };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(
      new Argument('[action]', 'what to do')
        .choices(['ls', 'add', 'rm', 'member', 'share', 'unshare'])
        .default('ls'),
    )
    .argument('[group]', 'name of the group')
    .argument('[who or app]', 'member: name of the person; share, unshare: the app')
    .argument('[role]', 'member: viewer, operator, owner or none');
  addExamples(addFormat(command), [
    ['crane groups add team', 'you are its owner'],
    ['crane groups member team bob operator', 'bob sees its apps, starts, stops and scales them'],
    ['crane groups member team bob none', 'takes bob out'],
    ['crane groups share team shop-1', ''],
    ['crane groups', 'yours, with members and apps'],
  ]).action(async (action: string, group = '', what = '', role = '', options: FormatOptions) => {
    const call = { context, api: connect(context), options };
    if (action !== 'ls' && group === '')
      throw usageError('Which group is meant?', 'List yours with: crane groups');
    if (action === 'ls') show(call, await call.api.people.groups());
    else if (action === 'add') show(call, [await call.api.people.addGroup(group)]);
    else if (action === 'rm') await remove(call, group);
    else if (action === 'member') await changeMember(call, group, what, role);
    else await share(call, group, what, action === 'share');
  });
}

async function remove({ context, api, options }: Call, group: string): Promise<void> {
  await api.people.removeGroup(group);
  if (isJson(options)) writeJson(context.terminal.out, { removed: group });
  else context.terminal.out.write(`${escapeLine(group)} is removed; its apps are their owners' alone.\n`);
}

async function changeMember(call: Call, group: string, name: string, role: string): Promise<void> {
  if (name === '' || !isRole(role))
    throw usageError(
      'A member needs a name and a role: viewer, operator, owner or none.',
      `Write: crane groups member ${group} bob viewer`,
    );
  show(call, [await call.api.people.setMember(group, name, role === 'none' ? null : role)]);
}

function isRole(text: string): text is MemberRole | 'none' {
  return ['viewer', 'operator', 'owner', 'none'].includes(text);
}

async function share(call: Call, group: string, app: string, isShared: boolean): Promise<void> {
  if (app === '') throw usageError('Which app is meant?', `Write: crane groups share ${group} shop-1`);
  show(call, [await call.api.people.share(group, app, isShared)]);
}

function show({ context: { terminal }, options }: Call, groups: GroupView[]): void {
  if (isJson(options)) return writeJson(terminal.out, groups);
  terminal.out.write(
    renderTable<GroupView>(
      terminal.out,
      [
        { title: 'GROUP', cell: (group) => group.name },
        {
          title: 'MEMBERS',
          cell: ({ members }) => members.map(({ name, role }) => `${name} (${role})`).join(', '),
        },
        { title: 'APPS', cell: ({ apps }) => apps.join(', ') || '–' },
      ],
      groups,
    ),
  );
}
