import { Table, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf, type App } from '../client/api.ts';
import { Asked } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Rows } from '../view/rows.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

const portsQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'ports'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/ports', { params: { path: { app } }, signal }))).items,
    refetchInterval: 10_000,
  });

/** Ports of the machine that lead straight to an instance, past the router. */
export function PortsCard({ app: { uniqueName } }: { app: App }) {
  const ports = useQuery(portsQuery(uniqueName));
  return (
    <Card
      title={t('Published ports')}
      aside={
        <Twin
          command={`crane port ${uniqueName}`}
          request={{ method: 'GET', path: `/apps/${uniqueName}/ports` }}
        />
      }
    >
      <Asked query={ports} lines={1}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {t(
                'None: requests come through the router. A service publishes with ports: in its compose file.',
              )}
            </Text>
          ) : (
            <Rows minWidth={420} heads={[t('instance'), t('published at'), t('leads to')]}>
              {items.map(({ instance, address, publishedPort, port, protocol }) => (
                <Table.Tr key={`${instance} ${address} ${publishedPort} ${protocol}`}>
                  <Table.Td className="mono">{instance}</Table.Td>
                  <Table.Td className="mono">
                    {address}:{publishedPort}
                  </Table.Td>
                  <Table.Td className="mono">
                    {port}/{protocol}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Asked>
    </Card>
  );
}
