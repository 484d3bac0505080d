import { Table, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf, type App } from '../client/api.ts';
import { Asked } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Rows } from '../view/rows.tsx';
import { Twin } from '../view/twin.tsx';
import { amount } from '../words/format.ts';
import { t } from '../words/t.ts';

const appCostQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'cost'],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/apps/{app}/cost', {
          params: { path: { app }, query: { since: Date.now() - 24 * 3_600_000 } },
          signal,
        }),
      ),
    refetchInterval: 30_000,
  });

/** What the app took in the last day, and what scaling saved against staying at the most. */
export function AppCostCard({ app: { uniqueName } }: { app: App }) {
  const report = useQuery(appCostQuery(uniqueName));
  return (
    <Card
      title={t('What it cost in the last day')}
      aside={
        <Twin
          command={`crane cost ${uniqueName}`}
          request={{ method: 'GET', path: `/apps/${uniqueName}/cost` }}
        />
      }
    >
      <Asked query={report} lines={2}>
        {({ apps, prices: { currency } }) => {
          const services = apps.flatMap((app) => app.services);
          return services.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('It has not run yet.')}
            </Text>
          ) : (
            <Rows
              minWidth={520}
              heads={[
                t('service'),
                { number: t('instance-hours') },
                { number: currency },
                { number: t('at the most') },
                { number: t('saved') },
              ]}
            >
              {services.map(({ service, instanceHours, cost, costAtMax, saved }) => (
                <Table.Tr key={service}>
                  <Table.Td>{service}</Table.Td>
                  <Table.Td className="number">{amount(instanceHours)}</Table.Td>
                  <Table.Td className="number">{amount(cost)}</Table.Td>
                  <Table.Td className="number">{amount(costAtMax)}</Table.Td>
                  <Table.Td className="number">{amount(saved)}</Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          );
        }}
      </Asked>
    </Card>
  );
}
