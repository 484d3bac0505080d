import { FieldRow } from '../view/field-row.tsx';
import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type App, type Schemas } from '../client/api.ts';
import { ChaosCard } from '../chaos/chaos-card.tsx';
import { useAct } from '../client/use-act.ts';
import { Progress } from '../deploy/progress.tsx';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { LoadReport } from './load-report.tsx';
import { ChoiceField, NumberField, ServiceField } from '../view/fields.tsx';
import { t } from '../words/t.ts';

type Phase = Schemas['NewLoadInput']['phases'][number];
type Shape = 'steady' | 'ramp' | 'spike';
const shapes = ['steady', 'ramp', 'spike'] as const satisfies readonly Shape[];
type Draft = {
  service: string | null;
  path: string;
  shape: Shape;
  low: number;
  high: number;
  seconds: number;
};

/** Sends load to one of the app's own routes, through the router, and shows what came back. */
export function LoadTab({ app }: { app: App }) {
  const routed = app.services.filter(({ url }) => url !== null);
  const act = useAct();
  const [draft, setDraft] = useState<Draft>({
    service: null,
    path: '/',
    shape: 'steady',
    low: 10,
    high: 200,
    seconds: 20,
  });
  const [started, setStarted] = useState<Schemas['LoadAccepted'] | null>(null);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  // An app that has just been made gets its routes while this is looked at.
  const service = draft.service ?? routed[0]?.name ?? '';
  const phases = phasesOf(draft);
  const start = () =>
    act.run(async () =>
      setStarted(
        await dataOf(
          api.POST('/api/v1/apps/{app}/loads', {
            params: { path: { app: app.uniqueName } },
            body: { service, path: draft.path, method: 'GET', phases },
          }),
        ),
      ),
    );
  if (routed.length === 0)
    return (
      <Text className="quiet">
        {t('No service of this app has a route, so there is nothing to send load to.')}
      </Text>
    );
  return (
    <Stack gap="md">
      <Stack className="card" component="section" gap="sm" aria-label={t('Load')}>
        <Title order={2}>{t('Send load')}</Title>
        <FieldRow onSubmit={start}>
          <ServiceField services={routed} value={service} onChange={(name) => change({ service: name })} />
          <TextInput
            label={t('Path')}
            size="xs"
            w={160}
            value={draft.path}
            onChange={(event) => change({ path: event.currentTarget.value })}
          />
          <ChoiceField
            label={t('Shape')}
            width={110}
            value={draft.shape}
            onChange={(shape) => change({ shape })}
            choices={shapes.map((value) => ({ value, label: t(value) }))}
          />
          {draft.shape === 'steady' ? null : (
            <NumberField
              min={1}
              label={t('From req/s')}
              value={draft.low}
              onChange={(low) => change({ low })}
            />
          )}
          <NumberField
            min={1}
            label={draft.shape === 'steady' ? t('req/s') : t('to req/s')}
            value={draft.high}
            onChange={(high) => change({ high })}
          />
          <NumberField
            min={1}
            label={t('Seconds')}
            value={draft.seconds}
            onChange={(seconds) => change({ seconds })}
          />
          <Button size="xs" loading={act.isBusy} type="submit">
            {t('Start')}
          </Button>
        </FieldRow>
        <Twin
          command={commandOf(app, { ...draft, service }, phases)}
          request={{
            method: 'POST',
            path: `/apps/${app.uniqueName}/loads`,
            body: { service, path: draft.path, method: 'GET', phases },
          }}
        />
        {act.error === null ? null : <Refused error={act.error} />}
      </Stack>
      <ChaosCard app={app} />
      {started === null ? null : (
        <>
          <Progress operation={started.operation.id} title={t('Load')} />
          <Result app={app} id={started.id} />
        </>
      )}
    </Stack>
  );
}

function phasesOf({ shape, low, high, seconds }: Draft): Phase[] {
  const whole = Math.max(1, seconds) * 1_000;
  const phase = (fromRate: number, toRate: number, durationMs: number): Phase => ({
    fromRate,
    toRate,
    durationMs,
  });
  if (shape === 'steady') return [phase(high, high, whole)];
  if (shape === 'ramp') return [phase(low, high, whole)];
  return [phase(low, low, whole * 0.3), phase(high, high, whole * 0.3), phase(low, low, whole * 0.4)];
}

function commandOf(
  { uniqueName }: App,
  { service, path }: { service: string; path: string },
  phases: readonly Phase[],
): string {
  const text = phases
    .map(({ fromRate, toRate, durationMs }) => {
      const rate = fromRate === toRate ? String(toRate) : `${fromRate}..${toRate}`;
      return `${rate}/${Math.round(durationMs / 1_000)}s`;
    })
    .join(',');
  return `crane load ${uniqueName}/${service} --rps ${text}${path === '/' ? '' : ` --path ${path}`}`;
}

function Result({ app, id }: { app: App; id: string }) {
  const load = useQuery({
    queryKey: ['app', app.uniqueName, 'load', id],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/apps/{app}/loads/{id}', { params: { path: { app: app.uniqueName, id } }, signal }),
      ),
    refetchInterval: ({ state }) => ((state.data?.report ?? null) === null ? 1_000 : false),
  });
  const report = load.data?.report ?? null;
  return report === null ? null : <LoadReport report={report} />;
}
