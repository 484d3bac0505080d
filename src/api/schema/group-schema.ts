import { z } from 'zod';
import { memberRoles } from '../../core/access/access.ts';
import { listOf, named, time } from './components.ts';
import { newPersonName } from './user-schema.ts';

const role = z
  .enum(memberRoles)
  .describe('viewer: looks; operator: also starts, stops and scales; owner: everything.');

export const groupSchema = named(
  'Group',
  z.object({
    name: z.string(),
    createdAt: time,
    members: z.array(z.object({ name: z.string(), role })),
    apps: z.array(z.string()).describe('Unique names of what it shares.'),
  }),
);
export const groupsSchema = listOf(groupSchema);
export const newGroupBody = named('NewGroup', z.strictObject({ name: newPersonName }));
export const memberBody = named('Membership', z.strictObject({ role }));
