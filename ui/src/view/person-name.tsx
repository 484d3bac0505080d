import { useQuery } from '@tanstack/react-query';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { usersQuery } from '../client/queries.ts';
import { t } from '../words/t.ts';

/** A person by the id; only admins may read the names. */
export function PersonName({ id }: { id: number }) {
  const isAdmin = useIsAdmin();
  const users = useQuery({ ...usersQuery, enabled: isAdmin });
  return users.data?.find((user) => user.id === id)?.name ?? t('person {id}', { id });
}
