import { Stack, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageTabs } from '../view/page-tabs.tsx';
import { t } from '../words/t.ts';
import { DatabaseCard } from './database-card.tsx';
import { WaiversCard } from './waivers-card.tsx';

/** What holds for the scans of all apps: waivers, and the database that images are looked up in. */
export function ScansPage() {
  const { tab } = useSearch({ from: '/scans' });
  const navigate = useNavigate({ from: '/scans' });
  return (
    <Stack>
      <Title order={1}>{t('Scans')}</Title>
      <Text size="sm" className="quiet" maw={760}>
        {t(
          'Each image is scanned before it starts. What was found of an app stands on its page, under Security.',
        )}
      </Text>
      <PageTabs
        tab={tab}
        onTab={(next) => void navigate({ search: { tab: next }, replace: true })}
        tabs={[
          { value: 'waivers', label: t('Waivers'), panel: <WaiversCard /> },
          { value: 'database', label: t('Database'), panel: <DatabaseCard /> },
        ]}
      />
    </Stack>
  );
}
