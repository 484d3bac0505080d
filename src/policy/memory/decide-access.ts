import type { AccessQuestion, AccessTable, AccessVerdict } from '../../core/access/access.ts';

/** By the rules of policies/access/access.rego. */
export function decideAccess(
  table: AccessTable,
  { role, action, relation, verbs, isAppToken }: AccessQuestion,
): Omit<AccessVerdict, 'policyRevision'> {
  const classification = valueOf(table.actions, action);
  if (classification === undefined) return { isAllowed: false, reason: 'no rule allows this' };
  const [kind = '', verb = ''] = classification.split('.');
  const granted = valueOf(valueOf(valueOf(table.grants, role), kind), relation) ?? [];
  const words = `${verb} ${kind} (${relation})`;
  if (!granted.includes(verb)) return { isAllowed: false, reason: `${role} may not ${words}` };
  const isForApps = kind === 'app' || (['apps', 'self', 'platform'].includes(kind) && verb === 'view');
  const isAccount = ['self', 'people'].includes(kind) && verb !== 'view';
  const isInVerbs = verbs === null || (verbs.some((known) => known === verb) && !isAccount);
  return isInVerbs && (!isAppToken || isForApps)
    ? { isAllowed: true, reason: `${role} may ${words}` }
    : { isAllowed: false, reason: `the token is not good for ${classification}` };
}

/** Own members only: `constructor` is no action. */
function valueOf<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
