import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { AppField } from '../view/app-field.tsx';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';
import { addWebhook } from './notification-calls.ts';

const kinds = [
  'deployment.*',
  'app.*',
  'instance.*',
  'part.*',
  'scan.done',
  'decision',
  'heal.*',
  'silence.*',
];

/** A new address to be told from now on. */
export function WebhookForm() {
  const act = useAct();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<string[]>([]);
  const [app, setApp] = useState<string | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const body = {
    url: url.trim(),
    ...(events.length === 0 ? {} : { events }),
    ...(app === null ? {} : { app }),
  };
  const add = async () => {
    if (await act.run(async () => setSecret((await addWebhook(body)).secret))) setUrl('');
  };
  const shown = url.trim() === '' ? 'https://example.com/crane' : url.trim();
  return (
    <Card
      title={t('New webhook')}
      about={t(
        'Any 2xx takes an event; else it is sent again, later and later. After 12 failures in a row it rests.',
      )}
    >
      {act.error === null ? null : <Refused error={act.error} />}
      {secret === null ? null : (
        <ShownOnce
          title={t('The secret that its requests are signed with')}
          secret={secret}
          onDone={() => setSecret(null)}
        />
      )}
      <FieldRow onSubmit={add}>
        <TextField
          label={t('Address')}
          width={300}
          placeholder="https://example.com/crane"
          value={url}
          onChange={setUrl}
        />
        <TagsInput
          label={t('Events')}
          size="xs"
          w={260}
          clearable
          placeholder={events.length === 0 ? t('all, or some as deployment.*') : ''}
          data={kinds}
          value={events}
          onChange={setEvents}
        />
        <AppField value={app} onChange={setApp} />
        <Button size="xs" loading={act.isBusy} disabled={url.trim() === ''} type="submit">
          {t('Add the webhook')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane webhook add ${shellWord(shown)}${events.map((kind) => ` --events ${shellWord(kind)}`).join('')}${app === null ? '' : ` --app ${app}`}`}
        request={{ method: 'POST', path: '/webhooks', body: { ...body, url: shown } }}
      />
    </Card>
  );
}
