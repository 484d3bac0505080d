import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Dialog } from '../view/dialog.tsx';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { appsQuery } from '../client/queries.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { Removal } from '../view/removal.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { plural, t } from '../words/t.ts';
import { DeliveriesTable } from './deliveries-table.tsx';
import { enableWebhook, removeWebhook, webhooksQuery, type Webhook } from './notification-calls.ts';
import { WebhookForm } from './webhook-form.tsx';

/** Addresses that are told each event, and how that goes. */
export function WebhooksTab() {
  const webhooks = useQuery(webhooksQuery);
  const act = useAct();
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <Stack>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={webhooks} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              title={t('No webhooks')}
              command="crane webhook add https://example.com/crane --events deployment.*"
            >
              {t('A program of yours can follow what happens: each event is a signed request.')}
            </Empty>
          ) : (
            <Rows minWidth={700} heads={[t('address'), t('events'), t('of'), t('state'), '']}>
              {items.map((webhook) => (
                <Row key={webhook.id} webhook={webhook} act={act} onOpen={() => setOpened(webhook.id)} />
              ))}
            </Rows>
          )
        }
      </Asked>
      <WebhookForm />
      <Dialog opened={opened !== null} onClose={() => setOpened(null)} size="xl" title={t('Deliveries')}>
        {opened === null ? null : <DeliveriesTable id={opened} />}
      </Dialog>
    </Stack>
  );
}

function Row({
  webhook: { id, url, events, appId, state, reason, failures },
  act,
  onOpen,
}: {
  webhook: Webhook;
  act: Act;
  onOpen: () => void;
}) {
  const apps = useQuery(appsQuery);
  const app = apps.data?.find((known) => known.id === appId)?.uniqueName ?? null;
  return (
    <Table.Tr>
      <Table.Td className="wrap-anywhere">{url}</Table.Td>
      <Table.Td>{events.length === 0 ? t('all') : events.join(', ')}</Table.Td>
      <Table.Td>{appId === null ? t('every app') : (app ?? appId)}</Table.Td>
      <Table.Td>
        <State state={state} reason={reason} />
        {failures === 0 ? null : (
          <Text size="xs" className="quiet">
            {plural(failures, '{n} failure in a row', '{n} failures in a row')}
          </Text>
        )}
        {state === 'disabled' && reason !== null ? (
          <Text size="xs">
            <Said>{reason}</Said>
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {state === 'disabled' ? (
            <Button
              size="compact-xs"
              disabled={act.isBusy}
              aria-label={`${t('Go on')}: ${url}`}
              onClick={() => void act.run(() => enableWebhook(id))}
            >
              {t('Go on')}
            </Button>
          ) : null}
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${t('Deliveries')}: ${url}`}
            onClick={onOpen}
          >
            {t('Deliveries')}
          </Button>
          <Removal
            label={t('Remove')}
            name={url}
            consequence={t('The address is told nothing more, and what it was sent is forgotten.')}
            command={`crane webhook rm ${id}`}
            request={{ method: 'DELETE', path: `/webhooks/${id}` }}
            remove={() => removeWebhook(id)}
          />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
