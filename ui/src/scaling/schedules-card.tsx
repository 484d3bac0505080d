import { FieldRow } from '../view/field-row.tsx';
import { ActionIcon, Button, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, done, type App, type Schemas } from '../client/api.ts';
import { schedulesQuery } from '../client/queries.ts';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Glyph } from '../view/glyph.tsx';
import { Twin } from '../view/twin.tsx';
import { dateTime, duration } from '../words/format.ts';
import { NumberField, ServiceField, TextField } from '../view/fields.tsx';
import { Rows } from '../view/rows.tsx';
import { t } from '../words/t.ts';

type Schedule = Schemas['Schedule'];
const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Windows of the week in which other bounds hold. */
export function SchedulesCard({ app }: { app: App }) {
  const schedules = useQuery(schedulesQuery(app.uniqueName));
  const act = useAct();
  const remove = ({ id }: Schedule) =>
    act.run(() =>
      done(
        api.DELETE('/api/v1/apps/{app}/schedules/{id}', { params: { path: { app: app.uniqueName, id } } }),
      ),
    );
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Schedules')}>
      <Title order={2}>{t('Schedules')}</Title>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={schedules} lines={1}>
        {(items) => (
          <>
            {items.length === 0 ? (
              <Text size="sm" className="quiet">
                {t('None: the bounds of the release hold at all hours.')}
              </Text>
            ) : (
              <Windows schedules={items} onRemove={(item) => void remove(item)} />
            )}
            <NewSchedule app={app} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Windows({ schedules, onRemove }: { schedules: Schedule[]; onRemove: (item: Schedule) => void }) {
  return (
    <Rows
      minWidth={620}
      heads={[t('service'), t('opens'), t('stays open'), { number: t('bounds') }, t('now'), t('by'), '']}
    >
      {schedules.map((item) => (
        <Table.Tr key={item.id}>
          <Table.Td>{item.service}</Table.Td>
          <Table.Td>
            <span className="mono">{item.cron}</span> {item.timeZone}
          </Table.Td>
          <Table.Td>{duration(item.durationMs)}</Table.Td>
          <Table.Td className="number">
            {item.min}–{item.max}
          </Table.Td>
          <Table.Td>{stateOf(item)}</Table.Td>
          <Table.Td>{item.createdBy}</Table.Td>
          <Table.Td className="number">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('Remove the schedule {id} of {service}', { id: item.id, service: item.service })}
              onClick={() => onRemove(item)}
            >
              <Glyph name="cross" size={12} />
            </ActionIcon>
          </Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}

function stateOf({ open, opensAt }: Schedule): string {
  if (open !== null) return t('open until {time}', { time: dateTime(open.until) });
  return opensAt === null ? t('never opens again') : t('opens {time}', { time: dateTime(opensAt) });
}

function NewSchedule({ app }: { app: App }) {
  const act = useAct();
  const [service, setService] = useState(app.services[0]?.name ?? '');
  const [cron, setCron] = useState('0 8 * * 1-5');
  const [hours, setHours] = useState(10);
  const [min, setMin] = useState(2);
  const [max, setMax] = useState(6);
  const body = { service, cron, timeZone: ownZone, durationMs: Math.round(hours * 3_600_000), min, max };
  const add = () =>
    act.run(() =>
      dataOf(
        api.POST('/api/v1/apps/{app}/schedules', {
          params: { path: { app: app.uniqueName } },
          body,
        }),
      ),
    );
  return (
    <>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={add}>
        <ServiceField services={app.services} value={service} onChange={setService} />
        <TextField label={t('Opens (cron)')} width={140} value={cron} onChange={setCron} />
        <NumberField label={t('Hours open')} value={hours} onChange={setHours} />
        <NumberField label={t('Fewest')} isWhole value={min} onChange={setMin} />
        <NumberField label={t('Most')} isWhole value={max} onChange={setMax} />
        <Button size="xs" variant="default" loading={act.isBusy} type="submit">
          {t('Add schedule')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane schedule ${app.uniqueName}/${service} add "${cron}" --for ${hours}h --min ${min} --max ${max} --timezone ${ownZone}`}
        request={{ method: 'POST', path: `/apps/${app.uniqueName}/schedules`, body }}
      />
    </>
  );
}
