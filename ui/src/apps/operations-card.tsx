import { Button, Table, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf, done, type App, type Schemas } from '../client/api.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { PersonName } from '../view/person-name.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { wordOf } from '../words/codes.ts';
import { duration } from '../words/format.ts';
import { curlOf } from '../words/shell.ts';
import { t } from '../words/t.ts';

type Operation = Schemas['Operation'];

const operationsQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'operations'],
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          api.GET('/api/v1/apps/{app}/operations', {
            params: { path: { app }, query: { limit: 50 } },
            signal,
          }),
        )
      ).items,
    refetchInterval: 5_000,
  });

/** What was asked of the app and how each ended; what is open can be ended. */
export function OperationsCard({ app: { uniqueName } }: { app: App }) {
  const operations = useQuery(operationsQuery(uniqueName));
  const act = useAct();
  return (
    <Card
      title={t('Operations')}
      aside={
        <Twin command={curlOf({ method: 'GET', path: `/apps/${uniqueName}/operations` }, location.origin)} />
      }
    >
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={operations}>
        {(items) => (
          <Rows
            minWidth={560}
            maxHeight={360}
            heads={[t('when'), t('what'), t('state'), { number: t('took') }, t('who'), '']}
          >
            {items.map((operation) => (
              <Row key={operation.id} operation={operation} act={act} />
            ))}
          </Rows>
        )}
      </Asked>
    </Card>
  );
}

function Row({
  operation: { id, kind, status, createdAt, endedAt, error, userId },
  act,
}: {
  operation: Operation;
  act: Act;
}) {
  return (
    <Table.Tr>
      <Table.Td>
        <TimeAgo at={createdAt} />
      </Table.Td>
      <Table.Td>{wordOf(kind)}</Table.Td>
      <Table.Td className="wrap-anywhere">
        <State state={status} />
        {error === null ? null : (
          <Text size="xs">
            <Said>{error.message}</Said>
          </Text>
        )}
      </Table.Td>
      <Table.Td className="number">{endedAt === null ? '–' : duration(endedAt - createdAt)}</Table.Td>
      <Table.Td>
        <PersonName id={userId} />
      </Table.Td>
      <Table.Td className="number">
        {endedAt === null ? (
          <Button
            size="compact-xs"
            variant="default"
            disabled={act.isBusy}
            onClick={() =>
              void act.run(() => done(api.DELETE('/api/v1/operations/{id}', { params: { path: { id } } })))
            }
          >
            {t('Cancel')}
          </Button>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}
