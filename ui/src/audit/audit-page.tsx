import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { auditProofQuery, auditQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Rows } from '../view/rows.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

/** Who asked for what, from where, and what came of it; each entry is chained to the one before. */
export function AuditPage() {
  const entries = useQuery(auditQuery);
  const proof = useQuery(auditProofQuery);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{t('Audit')}</Title>
        <Twin command="crane audit verify" request={{ method: 'GET', path: '/audit/proof' }} />
      </Group>
      <Asked query={proof} lines={1}>
        {({ isIntact, entries: count, brokenAt, reason }) => (
          <Group gap="sm">
            <State state={isIntact ? 'ok' : 'failed'} />
            <Text size="sm">
              {isIntact
                ? t('All {count} entries are as they were written.', { count })
                : t('The chain is broken at entry {brokenAt}: {reason}.', {
                    brokenAt: brokenAt ?? '?',
                    reason: reason ?? 'no reason is known',
                  })}
            </Text>
          </Group>
        )}
      </Asked>
      <Asked query={entries}>
        {(items) => (
          <Rows
            minWidth={680}
            heads={[
              { number: t('entry') },
              t('when'),
              t('who'),
              t('from'),
              t('asked for'),
              t('of'),
              t('outcome'),
            ]}
          >
            {items.map(({ seq, at, actor, via, address, action, subject, outcome }) => (
              <Table.Tr key={seq}>
                <Table.Td className="number">{seq}</Table.Td>
                <Table.Td>
                  <TimeAgo at={at} />
                </Table.Td>
                <Table.Td>{actor ?? t('nobody known')}</Table.Td>
                <Table.Td>
                  <span className="mono">{address}</span> {via}
                </Table.Td>
                <Table.Td>{action}</Table.Td>
                <Table.Td className="wrap-anywhere">{subject ?? ''}</Table.Td>
                <Table.Td>
                  <State state={outcome} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )}
      </Asked>
    </Stack>
  );
}
