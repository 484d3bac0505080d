import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, Select, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { App } from '../client/api.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Rows } from '../view/rows.tsx';
import { SpanField } from '../view/span-field.tsx';
import { State } from '../view/state.tsx';
import { useNow } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { dateTime } from '../words/format.ts';
import { shellWord } from '../words/shell.ts';
import { msOf, type Span } from '../words/spans.ts';
import { t } from '../words/t.ts';
import { addSilence, endSilence, isOpen, silencesQuery, type Silence } from './silence-calls.ts';

/** Alerts that cause nothing for a while. */
export function SilencesCard({ app }: { app: App }) {
  const silences = useQuery(silencesQuery(app.uniqueName));
  const act = useAct();
  return (
    <Card
      title={t('Silences')}
      about={t(
        'A silenced alert causes nothing and nobody is told; it is recorded with who silenced it. It ends by itself.',
      )}
    >
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={silences} lines={1}>
        {(items) => {
          const own = items.filter(({ kind }) => kind === 'silence');
          return own.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('None: every alert counts.')}
            </Text>
          ) : (
            <Rows
              minWidth={560}
              maxHeight={300}
              heads={[t('service'), t('alerts'), t('reason'), t('state'), t('until'), t('by'), '']}
            >
              {own.map((silence) => (
                <Row key={silence.id} app={app.uniqueName} silence={silence} act={act} />
              ))}
            </Rows>
          );
        }}
      </Asked>
      <NewSilence app={app} act={act} />
    </Card>
  );
}

function Row({ app, silence, act }: { app: string; silence: Silence; act: Act }) {
  const { id, service, alert, reason, until, endedAt, by } = silence;
  const isNow = isOpen(silence, useNow());
  return (
    <Table.Tr>
      <Table.Td>{service ?? t('every service')}</Table.Td>
      <Table.Td>{alert ?? t('all')}</Table.Td>
      <Table.Td className="wrap-anywhere">{reason}</Table.Td>
      <Table.Td>
        <State state={isNow ? 'in-force' : 'over'} />
      </Table.Td>
      <Table.Td>{dateTime(endedAt ?? until)}</Table.Td>
      <Table.Td>{by}</Table.Td>
      <Table.Td className="number">
        {isNow ? (
          <Button
            size="compact-xs"
            variant="default"
            disabled={act.isBusy}
            aria-label={`${t('End it')}: ${service ?? t('every service')} ${alert ?? t('all')}`}
            onClick={() => void act.run(() => endSilence(app, id))}
          >
            {t('End it')}
          </Button>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}

function NewSilence({ app: { uniqueName, services }, act }: { app: App; act: Act }) {
  const [service, setService] = useState<string | null>(null);
  const [alert, setAlert] = useState('');
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<Span>('1h');
  const body = {
    forMs: msOf(span),
    ...(service === null ? {} : { service }),
    ...(alert.trim() === '' ? {} : { alert: alert.trim() }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
  const add = async () => {
    if (await act.run(() => addSilence(uniqueName, body))) setReason('');
  };
  const options = [
    alert.trim() === '' ? '' : ` --alert ${shellWord(alert.trim())}`,
    reason.trim() === '' ? '' : ` --reason ${shellWord(reason.trim())}`,
  ].join('');
  return (
    <>
      <FieldRow onSubmit={add}>
        <Select
          label={t('Service')}
          size="xs"
          w={150}
          clearable
          placeholder={t('every service')}
          value={service}
          onChange={setService}
          data={services.map(({ name }) => name)}
        />
        <TextField
          label={t('Alerts named')}
          width={140}
          placeholder={t('all, or slow*')}
          value={alert}
          onChange={setAlert}
        />
        <TextField label={t('Reason')} width={200} value={reason} onChange={setReason} />
        <SpanField value={span} onChange={setSpan} spans={['30m', '1h', '4h', '1d', '7d']} />
        <Button size="xs" variant="default" loading={act.isBusy} type="submit">
          {t('Silence them')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane silence ${uniqueName}${service === null ? '' : `/${service}`} add --for ${span}${options}`}
        request={{ method: 'POST', path: `/apps/${uniqueName}/silences`, body }}
      />
    </>
  );
}
