import { Stack, Text, Title } from '@mantine/core';
import { PolicyRoom } from './policy-room.tsx';
import { t } from '../words/t.ts';
import { BoundsCard } from './bounds-card.tsx';

/** The policies that decide where an app has none of its own. */
export function PoliciesPage() {
  return (
    <Stack>
      <Title order={1}>{t('Policies')}</Title>
      <Text size="sm" className="quiet">
        {t(
          'Rego, evaluated by Open Policy Agent. A policy wishes; the bounds of each service, quotas and cooldowns hold whatever it wishes. A policy that is wrong is never taken; the one before stays.',
        )}
      </Text>
      <PolicyRoom scope={null} />
      <BoundsCard />
    </Stack>
  );
}
