import { Button, Group, NumberInput, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf, type App, type Service } from '../client/api.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { useNow } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { clockTime, duration } from '../words/format.ts';
import { aimsOf } from '../words/signals.ts';
import { plural, t, type PlainSentence } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';

const modes = ['auto', 'dry-run', 'paused'] as const;
const meaning: Record<Service['mode'], PlainSentence> = {
  auto: 'Crane decides and acts.',
  'dry-run': 'Crane decides and records what it would do, and does nothing.',
  paused: 'Crane holds; only people change the replicas.',
};

/** One service: who decides how many run, what holds at present, and how to take over for a while. */
export function ServiceScaling({ app, service }: { app: App; service: Service }) {
  const act = useAct();
  const aims = aimsOf(service);
  const params = { path: { app: app.uniqueName } };
  const setMode = (mode: (typeof modes)[number] | 'default') =>
    act.run(() =>
      dataOf(api.PUT('/api/v1/apps/{app}/mode', { params, body: { mode, services: [service.name] } })),
    );
  return (
    <Stack
      className="card"
      component="section"
      gap="sm"
      aria-label={t('Scaling of {name}', { name: service.name })}
    >
      <Group justify="space-between">
        <Title order={2}>{service.name}</Title>
        <Text size="sm">
          {t('{ready} of {replicas} ready, between {min} and {max}', {
            ready: service.ready,
            replicas: service.replicas,
            min: service.min,
            max: service.max,
          })}
        </Text>
      </Group>
      {act.error === null ? null : <Refused error={act.error} />}
      <Text size="sm">
        {aims === null
          ? t(
              'No target is set, so nothing scales it by itself. Set one in the compose file, for example {example}.',
              {
                example: 'x-crane: { scale: { min: 1, max: 4, target: { requestsPerSecond: 50 } } }',
              },
            )
          : t('Aims at {aims}.', { aims })}
      </Text>
      <Group gap="md">
        <SegmentedControl
          size="xs"
          aria-label={t('Mode of {name}', { name: service.name })}
          disabled={act.isBusy}
          value={service.mode}
          onChange={(value) => {
            const mode = modes.find((known) => known === value);
            if (mode !== undefined) void setMode(mode);
          }}
          data={modes.map((value) => ({ value, label: wordOf(value) }))}
        />
        <Text size="sm" className="quiet">
          {t(meaning[service.mode])}{' '}
          {service.modeBy === null
            ? t('As the release says.')
            : t('Set by {modeBy}.', { modeBy: service.modeBy })}
        </Text>
        {service.modeBy === null ? null : (
          <Button
            size="compact-xs"
            variant="default"
            disabled={act.isBusy}
            onClick={() => void setMode('default')}
          >
            {t('As the release says')}
          </Button>
        )}
      </Group>
      {service.window === null ? null : (
        <Text size="sm">
          {t('A schedule ({cron}, {timeZone}) sets the bounds {min}–{max} until {until}.', {
            cron: service.window.cron,
            timeZone: service.window.timeZone,
            min: service.window.min,
            max: service.window.max,
            until: clockTime(service.window.until),
          })}
        </Text>
      )}
      <TakeOver app={app} service={service} act={act} />
    </Stack>
  );
}

const spans = [
  { value: '0', label: 'until the scaling decides' },
  { value: '900000', label: 'for 15 minutes' },
  { value: '3600000', label: 'for an hour' },
  { value: '28800000', label: 'for 8 hours' },
] as const satisfies readonly { value: string; label: PlainSentence }[];

function TakeOver({ app, service, act }: { app: App; service: Service; act: Act }) {
  const now = useNow();
  const [wanted, setWanted] = useState<number>(service.replicas);
  const [span, setSpan] = useState('3600000');
  const params = { path: { app: app.uniqueName } };
  const forMs = Number(span);
  const { override } = service;
  if (override !== null)
    return (
      <Group gap="md">
        <Text size="sm">
          {override.until === null
            ? plural(
                override.replicas,
                '{by} set {n} replica until it is ended.',
                '{by} set {n} replicas until it is ended.',
                { by: override.by },
              )
            : plural(
                override.replicas,
                '{by} set {n} replica; it ends in {time}.',
                '{by} set {n} replicas; it ends in {time}.',
                { by: override.by, time: duration(Math.max(0, override.until - now)) },
              )}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          loading={act.isBusy}
          onClick={() =>
            void act.run(() =>
              dataOf(
                api.POST('/api/v1/apps/{app}/scale:auto', { params, body: { services: [service.name] } }),
              ),
            )
          }
        >
          {t('Let the scaling go on')}
        </Button>
      </Group>
    );
  const body = { services: { [service.name]: wanted }, ...(forMs === 0 ? {} : { forMs }) };
  const command = `crane scale ${app.uniqueName} ${service.name}=${wanted}${forMs === 0 ? '' : ` --for ${forMs / 60_000}m`}`;
  return (
    <Group gap="sm" align="flex-end">
      <NumberInput
        label={t('Replicas')}
        size="xs"
        w={90}
        min={0}
        max={1000}
        allowDecimal={false}
        value={wanted}
        onChange={(value) => setWanted(typeof value === 'number' ? value : service.replicas)}
      />
      <Select
        label={t('For how long')}
        size="xs"
        w={200}
        allowDeselect={false}
        value={span}
        onChange={(value) => setSpan(value ?? '0')}
        data={spans.map(({ value, label }) => ({ value, label: t(label) }))}
      />
      <Button
        size="xs"
        loading={act.isBusy}
        disabled={app.state === 'stopped'}
        onClick={() =>
          void act.run(() =>
            dataOf(
              api.POST('/api/v1/apps/{app}/scale', {
                params,
                body,
              }),
            ),
          )
        }
      >
        {t('Set replicas')}
      </Button>
      <Twin command={command} request={{ method: 'POST', path: `/apps/${app.uniqueName}/scale`, body }} />
    </Group>
  );
}
