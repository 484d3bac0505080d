import { TextField } from '../view/fields.tsx';
import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { App } from '../client/api.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { SpanField } from '../view/span-field.tsx';
import { State } from '../view/state.tsx';
import { useNow } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { dateTime } from '../words/format.ts';
import { shellWord } from '../words/shell.ts';
import { msOf, type Span } from '../words/spans.ts';
import { t } from '../words/t.ts';
import { beginMaintenance, endMaintenance, isOpen, silencesQuery, type Silence } from './silence-calls.ts';

/** While somebody works on the app: scaling holds and nobody is told; what crashes is still brought back. */
export function MaintenanceCard({ app: { uniqueName } }: { app: App }) {
  const silences = useQuery(silencesQuery(uniqueName));
  const act = useAct();
  const now = useNow();
  return (
    <Card
      title={t('Maintenance')}
      about={t(
        'Scaling holds and nobody is told about the app; what crashes is still brought back. It ends by itself.',
      )}
    >
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={silences} lines={1}>
        {(items) => {
          const open = items.find((item) => item.kind === 'maintenance' && isOpen(item, now));
          return open === undefined ? (
            <Begin app={uniqueName} act={act} />
          ) : (
            <UnderWay app={uniqueName} act={act} maintenance={open} />
          );
        }}
      </Asked>
    </Card>
  );
}

function UnderWay({
  app,
  act,
  maintenance: { until, by, reason },
}: {
  app: string;
  act: Act;
  maintenance: Silence;
}) {
  return (
    <Group gap="sm">
      <State state="paused" label={t('under way')} />
      <Text size="sm" className="wrap-anywhere">
        {t('until {time}, by {by}', { time: dateTime(until), by })}
        {reason === '' ? null : `: ${reason}`}
      </Text>
      <Button size="xs" loading={act.isBusy} onClick={() => void act.run(() => endMaintenance(app))}>
        {t('End the maintenance')}
      </Button>
      <Twin
        command={`crane maintenance ${app} --end`}
        request={{ method: 'DELETE', path: `/apps/${app}/maintenance` }}
      />
    </Group>
  );
}

function Begin({ app, act }: { app: string; act: Act }) {
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<Span>('1h');
  const body = { forMs: msOf(span), ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
  return (
    <Group gap="sm" align="flex-end">
      <TextField
        label={t('Reason')}
        width={240}
        placeholder={t('new disks')}
        value={reason}
        onChange={setReason}
      />
      <SpanField value={span} onChange={setSpan} spans={['30m', '1h', '4h', '1d']} />
      <Button
        size="xs"
        variant="default"
        loading={act.isBusy}
        onClick={() => void act.run(() => beginMaintenance(app, body))}
      >
        {t('Begin maintenance')}
      </Button>
      <Twin
        command={`crane maintenance ${app} --for ${span}${reason.trim() === '' ? '' : ` --reason ${shellWord(reason.trim())}`}`}
        request={{ method: 'PUT', path: `/apps/${app}/maintenance`, body }}
      />
    </Group>
  );
}
