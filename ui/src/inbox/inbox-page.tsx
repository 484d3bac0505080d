import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../client/api.ts';
import { inboxQuery } from '../client/queries.ts';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TextLink } from '../view/links.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { Rows } from '../view/rows.tsx';
import { useNewNotices } from './use-new-notices.ts';
import { t } from '../words/t.ts';
import { Said } from '../view/said.tsx';

/** What one should know: alerts, failures, parts that are down; the newest first. */
export function InboxPage() {
  const inbox = useQuery(inboxQuery);
  useNewNotices();
  const act = useAct();
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{t('Inbox')}</Title>
        <Group gap="sm">
          <Twin command="crane inbox --follow" request={{ method: 'GET', path: '/inbox/events' }} />
          <Button
            size="compact-sm"
            variant="default"
            loading={act.isBusy}
            onClick={() => void act.run(() => dataOf(api.POST('/api/v1/inbox/read', { body: {} })))}
          >
            {t('Mark all as read')}
          </Button>
        </Group>
      </Group>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={inbox}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('Nothing to tell')} command="crane inbox --follow">
              {t(
                'Alerts of your own rules, failed deployments, services that do not heal and parts that are down stand here, and are sent where you want to be told.',
              )}
            </Empty>
          ) : (
            <Rows minWidth={560}>
              {items.map(({ id, at, severity, app, service, title, text, overAt, isRead }) => (
                <Table.Tr key={id}>
                  <Table.Td w={90}>
                    <TimeAgo at={at} />
                  </Table.Td>
                  <Table.Td w={110}>
                    <State state={overAt === null ? severity : 'resolved'} />
                  </Table.Td>
                  <Table.Td w={180}>
                    {app === null ? (
                      t('the platform')
                    ) : (
                      <TextLink to="/apps/$app" params={{ app }}>
                        {[app, service].filter(Boolean).join('/')}
                      </TextLink>
                    )}
                  </Table.Td>
                  <Table.Td className="wrap-anywhere">
                    <Text size="sm" fw={isRead ? 400 : 600}>
                      <Said>{title}</Said>
                    </Text>
                    <Text size="sm" className="quiet">
                      <Said>{text}</Said>
                    </Text>
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
