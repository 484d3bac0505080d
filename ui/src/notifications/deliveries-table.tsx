import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Asked } from '../view/asked.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { duration } from '../words/format.ts';
import { t } from '../words/t.ts';
import { deliveriesQuery } from './notification-calls.ts';

/** What was sent to a webhook and what came back, the newest first. */
export function DeliveriesTable({ id }: { id: string }) {
  const deliveries = useQuery(deliveriesQuery(id));
  return (
    <Stack>
      <Asked query={deliveries}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('Nothing was sent yet: it begins with the next event.')}
            </Text>
          ) : (
            <Rows
              minWidth={560}
              maxHeight={420}
              heads={[
                t('when'),
                t('event'),
                { number: t('attempt') },
                t('answer'),
                { number: t('took') },
                t('what came of it'),
              ]}
            >
              {items.map(({ at, eventSeq, kind, attempt, status, error, tookMs }) => (
                <Table.Tr key={`${eventSeq} ${attempt} ${at}`}>
                  <Table.Td>
                    <TimeAgo at={at} />
                  </Table.Td>
                  <Table.Td>
                    <span className="quiet">{eventSeq}</span> {kind}
                  </Table.Td>
                  <Table.Td className="number">{attempt}</Table.Td>
                  <Table.Td>
                    <State
                      state={error === null ? 'ok' : 'failed'}
                      {...(status === null ? {} : { label: String(status) })}
                    />
                  </Table.Td>
                  <Table.Td className="number">{duration(tookMs)}</Table.Td>
                  <Table.Td className="wrap-anywhere">
                    <Said>{error}</Said>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Asked>
      <Twin
        command={`crane webhook deliveries ${id}`}
        request={{ method: 'GET', path: `/webhooks/${id}/deliveries` }}
      />
    </Stack>
  );
}
