export const roles = ['admin', 'user'] as const;
export type Role = (typeof roles)[number];

export type User = {
  id: number;
  name: string;
  role: Role;
  createdAt: number;
  isDisabled: boolean;
  /** Without one a person gets in by tokens only. */
  hasPassword: boolean;
};

/** Whether strangers may make themselves an account; `invitation`: who has one may. */
export const registrationModes = ['open', 'invitation', 'closed'] as const;
export type RegistrationMode = (typeof registrationModes)[number];

export type Invitation = { id: number; role: Role; createdAt: number; expiresAt: number };

/** Whether this change would leave nobody who can administer. */
export function isLastAdmin(user: Pick<User, 'id'>, everybody: readonly User[]): boolean {
  const admins = everybody.filter(({ role, isDisabled }) => role === 'admin' && !isDisabled);
  return admins.length === 1 && admins[0]?.id === user.id;
}
