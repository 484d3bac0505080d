import { Stack, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { AdminsOnly } from '../view/admins-only.tsx';
import { PageTabs } from '../view/page-tabs.tsx';
import { t } from '../words/t.ts';
import { CheckCard } from './check-card.tsx';
import { ExceptionsCard } from './exceptions-card.tsx';
import { ModesCard } from './modes-card.tsx';

/** What may run: the admission policies with how much each counts, exceptions, and a file tried against them. */
export function AdmissionPage() {
  const { tab } = useSearch({ from: '/admission' });
  const navigate = useNavigate({ from: '/admission' });
  return (
    <Stack>
      <Title order={1}>{t('Admission')}</Title>
      <Text size="sm" className="quiet" maw={760}>
        {t(
          'What the engine is about to run is judged by these policies each time: deny refuses it, warn lets it run and says so, audit only writes it down.',
        )}
      </Text>
      <PageTabs
        tab={tab}
        onTab={(next) => void navigate({ search: { tab: next }, replace: true })}
        tabs={[
          { value: 'policies', label: t('Policies'), panel: <ModesCard /> },
          {
            value: 'exceptions',
            label: t('Exceptions'),
            panel: (
              <AdminsOnly>
                <ExceptionsCard />
              </AdminsOnly>
            ),
          },
          { value: 'check', label: t('Check a file'), panel: <CheckCard /> },
        ]}
      />
    </Stack>
  );
}
