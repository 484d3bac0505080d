import type { MemberRole } from './access.ts';

/** People that share apps. */
export type Group = { id: number; name: string; createdAt: number };
export type GroupMember = { userId: number; name: string; role: MemberRole };
