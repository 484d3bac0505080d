import { TextLink } from '../view/links.tsx';
import { Stack, Table, Text, TextInput, Title } from '@mantine/core';

import { useMemo, useState } from 'react';
import { isFeedEvent } from '../client/live.tsx';
import { useStream } from '../client/use-stream.ts';
import { Empty } from '../view/empty.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { Rows } from '../view/rows.tsx';
import { t } from '../words/t.ts';
import { Said } from '../view/said.tsx';

const kept = 1_000;

/** What happened, the newest first, from the oldest event that is kept. */
export function EventsPage() {
  const { items } = useStream('/api/v1/events', { isItem: isFeedEvent, kept, after: '0' });
  const events = useMemo(() => items.toReversed(), [items]);
  const [find, setFind] = useState('');
  const wanted = find.toLowerCase();
  const shown = events.filter(({ kind, text, app }) =>
    `${kind} ${app ?? ''} ${text}`.toLowerCase().includes(wanted),
  );
  return (
    <Stack>
      <Title order={1}>{t('Events')}</Title>
      <TextInput
        size="xs"
        w={260}
        aria-label={t('Only events with')}
        placeholder={t('only events with…')}
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
      />
      {shown.length === 0 ? (
        <Empty title={t('No events')} command="crane events">
          {t('What people, alerts, policies and the engine do stands here.')}
        </Empty>
      ) : (
        <Rows minWidth={560} heads={[t('when'), t('kind'), t('app'), t('what')]}>
          {shown.slice(0, 300).map(({ seq, at, kind, app, text }) => (
            <Table.Tr key={seq}>
              <Table.Td className="quiet">
                <TimeAgo at={at} />
              </Table.Td>
              <Table.Td className="mono">{kind}</Table.Td>
              <Table.Td>
                {app === null ? (
                  ''
                ) : (
                  <TextLink to="/apps/$app" params={{ app }} size="sm">
                    {app}
                  </TextLink>
                )}
              </Table.Td>
              <Table.Td className="wrap-anywhere">
                <Said>{text}</Said>
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
      {shown.length > 300 ? (
        <Text size="sm" className="quiet">
          {t('{shown} older ones are left out.', { shown: shown.length - 300 })}
        </Text>
      ) : null}
      <Twin command="crane events" request={{ method: 'GET', path: '/events' }} />
    </Stack>
  );
}
