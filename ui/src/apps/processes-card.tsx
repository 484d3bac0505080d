import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf, type App } from '../client/api.ts';
import { Asked } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Rows } from '../view/rows.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

const processesQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'processes'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/processes', { params: { path: { app } }, signal }))).items,
  });

/** What runs in each instance, as the engine tells it when it is asked. */
export function ProcessesCard({ app: { uniqueName } }: { app: App }) {
  const processes = useQuery(processesQuery(uniqueName));
  return (
    <Card
      title={t('Processes')}
      aside={
        <Group gap="sm">
          <Button
            size="compact-xs"
            variant="default"
            loading={processes.isFetching}
            onClick={() => void processes.refetch()}
          >
            {t('Look again')}
          </Button>
          <Twin
            command={`crane top ${uniqueName}`}
            request={{ method: 'GET', path: `/apps/${uniqueName}/processes` }}
          />
        </Group>
      }
    >
      <Asked query={processes} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('No instance of this app is running.')}
            </Text>
          ) : (
            items.map(({ instance, titles, processes: rows }) => (
              <Stack key={instance} gap={2}>
                <Text size="sm" className="mono">
                  {instance}
                </Text>
                <Rows minWidth={480} maxHeight={260} heads={titles}>
                  {rows.map((cells) => (
                    <Table.Tr key={cells.join(' ')}>
                      {cells.map((cell, column) => (
                        <Table.Td key={titles[column] ?? column} className="mono wrap-anywhere">
                          {cell}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Rows>
              </Stack>
            ))
          )
        }
      </Asked>
    </Card>
  );
}
