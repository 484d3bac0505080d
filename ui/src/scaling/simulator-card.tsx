import { FieldRow } from '../view/field-row.tsx';
import { Button, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { TimeChart } from '../charts/time-chart.tsx';
import { api, dataOf, type App, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { amount, duration } from '../words/format.ts';
import { signals, type SignalName } from '../words/signals.ts';
import { ChoiceField, NumberField, ServiceField } from '../view/fields.tsx';
import { Rows } from '../view/rows.tsx';
import { plural, rich, t, type PlainSentence } from '../words/t.ts';

type Simulation = Schemas['Simulation'];
type Request = Schemas['SimulateInput'];
type Shape = 'recorded' | 'steady' | 'ramp' | 'spike' | 'wave';
type Asked = { shape: Shape; signal: SignalName; low: number; high: number; minutes: number };

const shapes: { value: Shape; label: PlainSentence }[] = [
  { value: 'recorded', label: 'the recorded load' },
  { value: 'steady', label: 'steady' },
  { value: 'ramp', label: 'ramp' },
  { value: 'spike', label: 'spike' },
  { value: 'wave', label: 'wave' },
];

/** What the loop would do with a load, before it happens; nothing is changed by it. */
export function SimulatorCard({ app }: { app: App }) {
  const act = useAct();
  const [service, setService] = useState(app.services[0]?.name ?? '');
  const [asked, setAsked] = useState<Asked>({
    shape: 'ramp',
    signal: 'requestsPerSecond',
    low: 0,
    high: 300,
    minutes: 5,
  });
  const [result, setResult] = useState<Simulation | null>(null);
  const change = (part: Partial<Asked>) => setAsked((before) => ({ ...before, ...part }));
  const simulate = () =>
    act.run(async () =>
      setResult(
        await dataOf(
          api.POST('/api/v1/apps/{app}/scale:simulate', {
            params: { path: { app: app.uniqueName } },
            body: { service, load: loadOf(asked), readyMs: 1_000 },
          }),
        ),
      ),
    );
  const isRecorded = asked.shape === 'recorded';
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Simulator')}>
      <Title order={2}>{t('What would it do?')}</Title>
      <Text size="sm" className="quiet">
        {t(
          'The policy in force and the bounds of this service, walked over a load with a simulated clock. Nothing is changed.',
        )}
      </Text>
      <FieldRow onSubmit={simulate}>
        <ServiceField services={app.services} value={service} onChange={setService} />
        <ChoiceField
          label={t('Load')}
          width={150}
          value={asked.shape}
          onChange={(shape) => change({ shape })}
          choices={shapes.map(({ value, label }) => ({ value, label: t(label) }))}
        />
        {isRecorded ? null : (
          <ChoiceField
            label={t('Of')}
            width={170}
            value={asked.signal}
            onChange={(signal) => change({ signal })}
            choices={signals.map(({ name, label }) => ({ value: name, label: t(label) }))}
          />
        )}
        {isRecorded || asked.shape === 'steady' ? null : (
          <NumberField label={t('From')} value={asked.low} onChange={(low) => change({ low })} />
        )}
        {isRecorded ? null : (
          <NumberField label={t('To')} value={asked.high} onChange={(high) => change({ high })} />
        )}
        <NumberField label={t('Minutes')} value={asked.minutes} onChange={(minutes) => change({ minutes })} />
        <Button size="xs" loading={act.isBusy} type="submit">
          {t('Simulate')}
        </Button>
      </FieldRow>
      <Twin command={`crane simulate ${app.uniqueName}/${service} ${optionsOf(asked)}`} />
      {act.error === null ? null : <Refused error={act.error} />}
      {result === null ? null : <Outcome simulation={result} />}
    </Stack>
  );
}

function loadOf({ shape, signal, low, high, minutes }: Asked): Request['load'] {
  const whole = Math.max(1, minutes) * 60_000;
  const phase = (from: number, to: number, durationMs: number, periodMs: number | null = null) => ({
    from,
    to,
    durationMs,
    periodMs,
  });
  switch (shape) {
    case 'recorded':
      return { kind: 'recorded', lastMs: whole };
    case 'steady':
      return { kind: 'phases', signal, phases: [phase(high, high, whole)] };
    case 'ramp':
      return { kind: 'phases', signal, phases: [phase(low, high, whole)] };
    case 'wave':
      return { kind: 'phases', signal, phases: [phase(low, high, whole, Math.max(1_000, whole / 4))] };
    case 'spike':
      return {
        kind: 'phases',
        signal,
        phases: [phase(low, low, whole * 0.3), phase(high, high, whole * 0.2), phase(low, low, whole * 0.5)],
      };
  }
}

function optionsOf({ shape, signal, low, high, minutes }: Asked): string {
  const of = signal === 'requestsPerSecond' ? '' : ` --signal ${signal}`;
  const seconds = (share: number) => `${Math.round(Math.max(1, minutes) * 60 * share)}s`;
  switch (shape) {
    case 'recorded':
      return `--recorded ${minutes}m`;
    case 'steady':
      return `--rps ${high}/${seconds(1)}${of}`;
    case 'ramp':
      return `--rps ${low}..${high}/${seconds(1)}${of}`;
    case 'wave':
      return `--rps ${low}~${high}@${seconds(0.25)}/${seconds(1)}${of}`;
    case 'spike':
      return `--rps ${low}/${seconds(0.3)},${high}/${seconds(0.2)},${low}/${seconds(0.5)}${of}`;
  }
}

function Outcome({ simulation: { summary, steps, min, max, policyRevision } }: { simulation: Simulation }) {
  const times = steps.map(({ atMs }) => atMs);
  const load = steps.map((step) => Math.max(0, ...Object.values(step.load).map((value) => value ?? 0)));
  const changes = steps.filter(
    ({ evaluated, replicas }) => evaluated !== null && evaluated.from !== replicas,
  );
  return (
    <>
      <Text size="sm">
        {plural(
          summary.changes,
          '{n} change in {time}, {least} to {most} replicas within {min}–{max}; {hours} replica-hours, {hoursAtMax} at the most all the time.',
          '{n} changes in {time}, {least} to {most} replicas within {min}–{max}; {hours} replica-hours, {hoursAtMax} at the most all the time.',
          {
            time: duration(summary.durationMs),
            least: summary.least,
            most: summary.most,
            min,
            max,
            hours: amount(summary.replicaHours),
            hoursAtMax: amount(summary.replicaHoursAtMax),
          },
        )}{' '}
        {rich('Policy {revision}.', {
          revision: <span className="mono">{policyRevision?.slice(0, 12) ?? t('not asked')}</span>,
        })}
      </Text>
      <Title order={3}>{t('Load')}</Title>
      <TimeChart
        times={times}
        isClock={false}
        label={t('Load')}
        format={amount}
        marks={[]}
        lines={[{ label: t('load'), values: load, tone: 'main' }]}
      />
      <Title order={3}>{t('Replicas')}</Title>
      <TimeChart
        times={times}
        isClock={false}
        label={t('Replicas')}
        format={(value) => (Number.isInteger(value) ? String(value) : '')}
        marks={[]}
        lines={[
          {
            label: t('wanted'),
            values: steps.map(({ replicas }) => replicas),
            tone: 'quiet',
            isStepped: true,
          },
          {
            label: t('replicas ready'),
            values: steps.map(({ ready }) => ready),
            tone: 'good',
            isStepped: true,
          },
        ]}
      />
      {changes.length === 0 ? null : (
        <Rows
          minWidth={420}
          maxHeight={300}
          heads={[{ number: t('after') }, { number: t('replicas') }, t('reason')]}
        >
          {changes.map(({ atMs, evaluated, replicas }) => (
            <Table.Tr key={atMs}>
              <Table.Td className="number">{duration(atMs)}</Table.Td>
              <Table.Td className="number">
                {evaluated?.from ?? ''} → {replicas}
              </Table.Td>
              <Table.Td>
                {[evaluated?.reason ?? '', ...(evaluated?.clamps ?? []).map(({ text }) => text)].join('; ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </>
  );
}
