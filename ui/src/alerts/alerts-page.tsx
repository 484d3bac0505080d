import { Stack, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../client/api.ts';
import { alertsQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TextLink } from '../view/links.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Rows } from '../view/rows.tsx';

/** Alerts as they came, and what became of each. */
export function AlertsPage() {
  const alerts = useQuery(alertsQuery);
  return (
    <Stack>
      <Title order={1}>Alerts</Title>
      <Asked query={alerts}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="No alerts yet" command="crane rules APP add slow --preset p95 --above 300">
              Each alert stands here with what became of it: a decision, or the reason why it was ignored.
            </Empty>
          ) : (
            <Rows minWidth={640} heads={['came', 'state', 'alert', 'of', 'what became of it']}>
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
    </Stack>
  );
}

function Became({ outcome }: { outcome: Schemas['StoredAlert']['outcome'] }) {
  switch (outcome.kind) {
    case 'pending':
      return 'not judged yet';
    case 'ignored':
      return `ignored: ${outcome.reason}`;
    case 'decided':
      return (
        <TextLink to="/decisions/$id" params={{ id: outcome.decisionId }}>
          a decision
        </TextLink>
      );
  }
}
