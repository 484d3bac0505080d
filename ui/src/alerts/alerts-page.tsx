import { Stack, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../client/api.ts';
import { alertsQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TextLink } from '../view/links.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { PageTabs } from '../view/page-tabs.tsx';
import { Rows } from '../view/rows.tsx';
import { SourcesTab } from './sources-tab.tsx';
import { rich, t } from '../words/t.ts';
import { Said } from '../view/said.tsx';

/** Alerts as they came, and other systems that may tell some. */
export function AlertsPage() {
  const { tab } = useSearch({ from: '/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  return (
    <Stack>
      <Title order={1}>{t('Alerts')}</Title>
      <PageTabs
        tab={tab}
        onTab={(next) => void navigate({ search: { tab: next }, replace: true })}
        tabs={[
          { value: 'came', label: t('What came'), panel: <AlertsTab /> },
          { value: 'sources', label: t('Other sources'), panel: <SourcesTab /> },
        ]}
      />
    </Stack>
  );
}

/** Alerts as they came, and what became of each. */
function AlertsTab() {
  const alerts = useQuery(alertsQuery);
  return (
    <Asked query={alerts}>
      {(items) =>
        items.length === 0 ? (
          <Empty title={t('No alerts yet')} command="crane rules APP add slow --preset p95 --above 300">
            {t(
              'Each alert stands here with what became of it: a decision, or the reason why it was ignored.',
            )}
          </Empty>
        ) : (
          <Rows minWidth={640} heads={[t('came'), t('state'), t('alert'), t('of'), t('what became of it')]}>
            {items.map(({ id, receivedAt, alert, outcome }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <TimeAgo at={receivedAt} />
                </Table.Td>
                <Table.Td>
                  <State state={alert.status} />
                </Table.Td>
                <Table.Td>{alert.labels['alertname'] ?? '–'}</Table.Td>
                <Table.Td>
                  {[alert.labels['app'], alert.labels['service']].filter(Boolean).join('/')}
                </Table.Td>
                <Table.Td>
                  <Became outcome={outcome} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )
      }
    </Asked>
  );
}

function Became({ outcome }: { outcome: Schemas['StoredAlert']['outcome'] }) {
  switch (outcome.kind) {
    case 'pending':
      return t('not judged yet');
    case 'ignored':
      return rich('ignored: {reason}', { reason: <Said>{outcome.reason}</Said> });
    case 'decided':
      return (
        <TextLink to="/decisions/$id" params={{ id: outcome.decisionId }}>
          {t('a decision')}
        </TextLink>
      );
  }
}
