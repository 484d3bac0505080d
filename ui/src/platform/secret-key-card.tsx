import { Group, Text } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf } from '../client/api.ts';
import { AdminsOnly } from '../view/admins-only.tsx';
import { Card } from '../view/card.tsx';
import { Removal } from '../view/removal.tsx';
import { Twin } from '../view/twin.tsx';
import { plural, t } from '../words/t.ts';

/** Seals all secrets anew, with a new key. */
export function SecretKeyCard() {
  const [resealed, setResealed] = useState<number | null>(null);
  const request = { method: 'POST', path: '/secret-key:rotate' } as const;
  return (
    <Card
      title={t('Key of the secrets')}
      about={t('Secrets are kept sealed. A new key seals them all anew; nothing that runs is touched.')}
    >
      <AdminsOnly>
        <Group gap="sm">
          <Removal
            label={t('Rotate the key')}
            title={t('Rotate the key')}
            size="xs"
            name="rotate"
            consequence={t('All secrets are sealed anew at once; the key of before opens nothing any more.')}
            command="crane secret rotate-key"
            request={request}
            remove={async () => setResealed((await dataOf(api.POST('/api/v1/secret-key:rotate'))).resealed)}
          />
          <Twin command="crane secret rotate-key" request={request} />
          <Text size="sm" role="status">
            {resealed === null ? '' : plural(resealed, '{n} secret sealed anew.', '{n} secrets sealed anew.')}
          </Text>
        </Group>
      </AdminsOnly>
    </Card>
  );
}
