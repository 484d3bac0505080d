import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries.ts';

/** Whether the person may change what concerns everybody; false as long as it is not known. */
export function useIsAdmin(): boolean {
  return useQuery(meQuery).data?.role === 'admin';
}
