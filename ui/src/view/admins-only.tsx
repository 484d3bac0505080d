import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { meQuery } from '../client/queries.ts';
import { t } from '../words/t.ts';
import { Asked } from './asked.tsx';

/** For admins; others are told who can help. */
export function AdminsOnly({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery);
  return (
    <Asked query={me} lines={1}>
      {({ role }) =>
        role === 'admin' ? (
          children
        ) : (
          <Text size="sm" className="quiet">
            {t('Only an admin may do this. Ask one of them; you are a user.')}
          </Text>
        )
      }
    </Asked>
  );
}
