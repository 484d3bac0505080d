import { Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { costQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TextLink } from '../view/links.tsx';
import { Twin } from '../view/twin.tsx';
import { amount } from '../words/format.ts';
import { Rows } from '../view/rows.tsx';
import { t, type PlainSentence } from '../words/t.ts';
import { PricesCard } from './prices-card.tsx';

const spans: { value: string; label: PlainSentence }[] = [
  { value: '24', label: 'a day' },
  { value: '168', label: 'a week' },
  { value: '720', label: '30 days' },
];

/** What each service took, its indicative price, and what scaling saved against staying at the most. */
export function CostPage() {
  const [hours, setHours] = useState('24');
  const report = useQuery(costQuery(Number(hours)));
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{t('Cost')}</Title>
        <Group gap="sm">
          <Twin command={`crane cost --since ${hours}h`} request={{ method: 'GET', path: '/cost' }} />
          <SegmentedControl
            size="xs"
            aria-label={t('Of the last')}
            value={hours}
            onChange={setHours}
            data={spans.map(({ value, label }) => ({ value, label: t(label) }))}
          />
        </Group>
      </Group>
      <Asked query={report}>
        {({ apps, total, prices: { currency } }) =>
          apps.length === 0 ? (
            <Empty title={t('Nothing has run yet')} command="crane cost">
              {t(
                'Replica-hours, CPU and memory of each service, with a price from a table that an admin can change.',
              )}
            </Empty>
          ) : (
            <>
              <Text size="sm">
                {t(
                  '{hours} instance-hours, about {cost}; at the most all the time it would have been {costAtMax}, so scaling saved {saved}.',
                  {
                    hours: amount(total.instanceHours),
                    cost: `${amount(total.cost)} ${currency}`,
                    costAtMax: `${amount(total.costAtMax)} ${currency}`,
                    saved: `${amount(total.saved)} ${currency}`,
                  },
                )}
              </Text>
              <Rows
                minWidth={680}
                heads={[
                  t('service'),
                  { number: t('instance-hours') },
                  { number: t('core-hours used') },
                  { number: t('GiB-hours used') },
                  { number: currency },
                  { number: t('at the most') },
                  { number: t('saved') },
                ]}
              >
                {apps.flatMap(({ app, services }) =>
                  services.map((service) => (
                    <Table.Tr key={`${app}/${service.service}`}>
                      <Table.Td>
                        <TextLink to="/apps/$app" params={{ app }}>
                          {app}/{service.service}
                        </TextLink>
                      </Table.Td>
                      <Table.Td className="number">{amount(service.instanceHours)}</Table.Td>
                      <Table.Td className="number">{amount(service.cpuCoreHours.used)}</Table.Td>
                      <Table.Td className="number">{amount(service.memoryGibHours.used)}</Table.Td>
                      <Table.Td className="number">{amount(service.cost)}</Table.Td>
                      <Table.Td className="number">{amount(service.costAtMax)}</Table.Td>
                      <Table.Td className="number">{amount(service.saved)}</Table.Td>
                    </Table.Tr>
                  )),
                )}
              </Rows>
            </>
          )
        }
      </Asked>
      <PricesCard />
    </Stack>
  );
}
