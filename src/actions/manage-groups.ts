import type { MemberRole } from '../core/access/access.ts';
import type { Group, GroupMember } from '../core/access/group.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { findUser } from './manage-users.ts';

type Deps = Pick<ActionDeps, 'store' | 'clock'>;
export type GroupView = Group & { members: GroupMember[]; apps: string[] };

/** The actor's groups; an admin sees all. */
export function listGroups(deps: Deps, actor: Actor): GroupView[] {
  const { role, id } = actor.user;
  return deps.store.groups.list(role === 'admin' ? null : id).map((group) => viewOf(deps, group));
}

/** A new group, of which the actor is an owner. */
export function addGroup(deps: Deps, actor: Actor, { name }: { name: string }): GroupView {
  return deps.store.transaction(() => {
    const group = deps.store.groups.create({ name, at: deps.clock.now() });
    deps.store.groups.setMember(group.id, actor.user.id, 'owner');
    return viewOf(deps, group);
  });
}

/** What it shared is its owner's alone again. For owners of the group. */
export function removeGroup(deps: Deps, actor: Actor, input: { group: string }): void {
  deps.store.groups.remove(findGroup(deps, actor, input.group, 'owner').id);
}

/** Takes somebody in, gives another role, or with null takes them out. For owners of the group, and for who leaves. */
export function setMember(
  deps: Deps,
  actor: Actor,
  input: { group: string; name: string; role: MemberRole | null },
): GroupView {
  return deps.store.transaction(() => {
    const user = findUser(deps, input.name);
    const isLeaving = user.id === actor.user.id && input.role === null;
    const group = findGroup(deps, actor, input.group, isLeaving ? 'member' : 'owner');
    deps.store.groups.setMember(group.id, user.id, input.role);
    return viewOf(deps, group);
  });
}

/** Shares one's app with a group one is in, or ends that. */
export function shareApp(
  deps: Deps,
  actor: Actor,
  input: { group: string; app: string; isShared: boolean },
): GroupView {
  return deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    const group = findGroup(deps, actor, input.group, 'member');
    deps.store.groups.share(group.id, app.id, input.isShared);
    return viewOf(deps, group);
  });
}

/** A group that the actor is not in does not exist. @throws `group.not_found`, `auth.forbidden` */
function findGroup(deps: Deps, actor: Actor, name: string, needed: 'member' | 'owner'): Group {
  const group = deps.store.groups.findByName(name);
  const isAdmin = actor.user.role === 'admin';
  const own = group === null ? undefined : deps.store.groups.members(group.id).find(isActor(actor));
  if (group === null || (own === undefined && !isAdmin))
    throw new CraneError('group.not_found', {
      message: `You are in no group ${JSON.stringify(name.slice(0, 80))}.`,
      fix: 'List yours with: crane groups',
    });
  if (isAdmin || needed === 'member' || own?.role === 'owner') return group;
  throw new CraneError('auth.forbidden', {
    message: `Only owners of ${group.name} may do this; you are ${own?.role ?? 'no member'}.`,
    fix: 'Ask one of them: crane groups shows who they are.',
  });
}

function isActor(actor: Actor): (member: GroupMember) => boolean {
  return ({ userId }) => userId === actor.user.id;
}

function viewOf(deps: Deps, group: Group): GroupView {
  const apps = deps.store.groups
    .apps(group.id)
    .flatMap((id) => deps.store.apps.find({ kind: 'all' }, id)?.uniqueName ?? []);
  return { ...group, members: deps.store.groups.members(group.id), apps };
}
