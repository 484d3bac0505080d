import { Stack, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageTabs } from '../view/page-tabs.tsx';
import { t } from '../words/t.ts';
import { TargetsTab } from './targets-tab.tsx';
import { WebhooksTab } from './webhooks-tab.tsx';

/** Where people and programs are told what happens. */
export function NotificationsPage() {
  const { tab } = useSearch({ from: '/notifications' });
  const navigate = useNavigate({ from: '/notifications' });
  return (
    <Stack>
      <Title order={1}>{t('Notifications')}</Title>
      <Text size="sm" className="quiet" maw={760}>
        {t(
          'Targets tell people what the inbox holds, grouped, by mail or chat. Webhooks tell programs every event, signed and in order.',
        )}
      </Text>
      <PageTabs
        tab={tab}
        onTab={(next) => void navigate({ search: { tab: next }, replace: true })}
        tabs={[
          { value: 'targets', label: t('Targets'), panel: <TargetsTab /> },
          { value: 'webhooks', label: t('Webhooks'), panel: <WebhooksTab /> },
        ]}
      />
    </Stack>
  );
}
