import { Button, Group, JsonInput, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { Twin } from '../view/twin.tsx';
import { dateTime } from '../words/format.ts';
import { shellWord } from '../words/shell.ts';
import { plural, t } from '../words/t.ts';
import { previewPayload, type AlertSource, type Preview } from './source-calls.ts';

const sample = {
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Slow', app: 'shop-1', service: 'web', severity: 'warning' },
      annotations: { summary: 'It is slow' },
      startsAt: '2026-01-01T12:00:00Z',
      fingerprint: 'c0ffee42',
    },
  ],
};

/** A payload as JSON, and what the source would read it as. */
export function PayloadPreview({ source: { name } }: { source: AlertSource }) {
  const act = useAct();
  const [text, setText] = useState(() => JSON.stringify(sample, null, 2));
  const [preview, setPreview] = useState<Preview | null>(null);
  const payload = payloadOf(text);
  const look = () =>
    act.run(async () => {
      setPreview(null);
      if (payload !== null) setPreview(await previewPayload(name, payload.value));
    });
  return (
    <Stack>
      <JsonInput
        label={t('Payload, as JSON')}
        size="xs"
        autosize
        minRows={6}
        maxRows={16}
        classNames={{ input: 'mono' }}
        error={payload === null ? t('This is no JSON.') : null}
        value={text}
        onChange={setText}
      />
      <Group gap="sm">
        <Button size="xs" loading={act.isBusy} disabled={payload === null} onClick={() => void look()}>
          {t('What would it be read as?')}
        </Button>
        <Twin
          command={`crane alerts sources test ${shellWord(name)} --file sample.json`}
          request={{
            method: 'POST',
            path: `/alert-sources/${encodeURIComponent(name)}/preview`,
            body: { payload: payload?.value ?? null },
          }}
        />
      </Group>
      {act.error === null ? null : <Refused error={act.error} />}
      {preview === null ? null : <Outcome preview={preview} />}
    </Stack>
  );
}

function Outcome({ preview: { alerts, rejected } }: { preview: Preview }) {
  return (
    <Stack gap="xs" aria-live="polite">
      <Text size="sm">
        {plural(alerts.length, '{n} alert would be taken.', '{n} alerts would be taken.')}
      </Text>
      {rejected.map(({ index, reason }) => (
        <Text key={index} size="sm">
          {t('Number {n} could not be read:', { n: index + 1 })} <Said>{reason}</Said>
        </Text>
      ))}
      {alerts.length === 0 ? null : (
        <Rows
          minWidth={520}
          heads={[t('state'), t('alert'), t('severity'), t('of'), t('since'), t('to know')]}
        >
          {alerts.map(({ fingerprint, status, name, severity, labels, startsAt, note }) => (
            <Table.Tr key={`${fingerprint} ${status} ${startsAt}`}>
              <Table.Td>
                <State state={status} />
              </Table.Td>
              <Table.Td>{name}</Table.Td>
              <Table.Td>
                <State state={severity} />
              </Table.Td>
              <Table.Td>{[labels['app'], labels['service']].filter(Boolean).join('/')}</Table.Td>
              <Table.Td>{dateTime(startsAt)}</Table.Td>
              <Table.Td className="wrap-anywhere">
                <Said>{note}</Said>
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </Stack>
  );
}

function payloadOf(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
