import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Asked } from '../view/asked.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { plural, t } from '../words/t.ts';
import { messagesQuery } from './notification-calls.ts';

/** What was sent to a target, is on its way or was given up. */
export function MessagesTable({ target }: { target: string }) {
  const messages = useQuery(messagesQuery(target));
  return (
    <Stack>
      <Asked query={messages}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('Nothing was to be told there yet.')}
            </Text>
          ) : (
            <Rows
              minWidth={520}
              maxHeight={420}
              heads={[t('when'), t('state'), t('notices'), { number: t('attempts') }, t('what came of it')]}
            >
              {items.map(({ id, createdAt, state, items: notices, attempts, error }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <TimeAgo at={createdAt} />
                  </Table.Td>
                  <Table.Td>
                    <State state={state} />
                  </Table.Td>
                  <Table.Td>{plural(notices.length, '{n} notice', '{n} notices')}</Table.Td>
                  <Table.Td className="number">{attempts}</Table.Td>
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
        command={`crane notify messages ${shellWord(target)}`}
        request={{ method: 'GET', path: `/notification-targets/${encodeURIComponent(target)}/messages` }}
      />
    </Stack>
  );
}
