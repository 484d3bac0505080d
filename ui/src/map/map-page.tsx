import { Anchor, Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import type { App, History } from '../client/api.ts';
import { appsQuery, historyQuery, instancesQuery, statusQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TextLink } from '../view/links.tsx';
import { State } from '../view/state.tsx';
import { amount } from '../words/format.ts';
import { graphOf, kindWords, type MapGraph } from './graph-of.ts';
import { Rows } from '../view/rows.tsx';
import { Loading } from '../view/loading.tsx';
import { t } from '../words/t.ts';

const Canvas = lazy(async () => ({ default: (await import('./canvas.tsx')).Canvas }));

/** More would be read again every few seconds. */
const mostApps = 30;

/** What talks to what, as measured; the same as a list. */
export function MapPage() {
  const apps = useQuery(appsQuery);
  return (
    <Stack>
      <Asked query={apps}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('Nothing to draw yet')} command="crane deploy -f compose.yaml">
              {t(
                'Here will be the router, each service with its instances, and how many requests flow where.',
              )}
            </Empty>
          ) : (
            <Drawn apps={items.slice(0, mostApps)} left={Math.max(0, items.length - mostApps)} />
          )
        }
      </Asked>
    </Stack>
  );
}

function Drawn({ apps, left }: { apps: readonly App[]; left: number }) {
  const { view = 'map' } = useSearch({ from: '/map' });
  const navigate = useNavigate({ from: '/map' });
  const status = useQuery(statusQuery);
  const instances = useQueries({ queries: apps.map(({ uniqueName }) => instancesQuery(uniqueName)) });
  const histories = useQueries({ queries: apps.map(({ uniqueName }) => historyQuery(uniqueName, 15)) });
  const graph = useMemo(
    () =>
      graphOf(
        apps.map((app, index) => ({
          app,
          instances: instances[index]?.data ?? [],
          perSecond: flowOf(histories[index]?.data),
        })),
        status.data,
      ),
    [apps, instances, histories, status.data],
  );
  return (
    <>
      <Group justify="space-between">
        <Title order={1}>{t('Map')}</Title>
        <SegmentedControl
          size="xs"
          aria-label={t('How it is shown')}
          value={view}
          onChange={(value) => void navigate({ search: { view: value === 'list' ? 'list' : 'map' } })}
          data={[
            { value: 'map', label: t('map') },
            { value: 'list', label: t('list') },
          ]}
        />
      </Group>
      <Text size="sm" className="quiet">
        {t('Figures are requests per second, measured at the router; a service without one has no route.')}{' '}
        {left === 0 ? '' : t('The first {most} apps are shown; {left} are not.', { most: mostApps, left })}
      </Text>
      {view === 'list' ? (
        <AsList graph={graph} />
      ) : (
        <Suspense fallback={<Loading />}>
          <Canvas graph={graph} />
        </Suspense>
      )}
    </>
  );
}

function flowOf(history: History | undefined): Map<string, number> {
  const flow = new Map<string, number>();
  for (const { service, name, values } of history?.series ?? []) {
    const last = values.findLast((value) => value !== null);
    if (name === 'requestsPerSecond' && last !== undefined && last !== null) flow.set(service, last);
  }
  return flow;
}

function AsList({ graph }: { graph: MapGraph }) {
  return (
    <Rows minWidth={480} heads={[t('what'), t('state'), '', { number: t('requests/s to it') }]}>
      {graph.nodes.map(({ id, kind, label, state, detail, app, column }) => {
        const flow = graph.edges.find(({ to }) => to === id)?.perSecond ?? null;
        return (
          <Table.Tr key={id}>
            <Table.Td pl={12 + column * 16}>
              {app === null ? (
                <Anchor component="span" c="inherit" underline="never">
                  {label}
                </Anchor>
              ) : (
                <TextLink to="/apps/$app" params={{ app }}>
                  {label}
                </TextLink>
              )}{' '}
              <Text span size="xs" className="quiet">
                {t(kindWords[kind])}
              </Text>
            </Table.Td>
            <Table.Td>{state === null ? null : <State state={state} />}</Table.Td>
            <Table.Td>{detail}</Table.Td>
            <Table.Td className="number">{flow === null ? '–' : amount(flow)}</Table.Td>
          </Table.Tr>
        );
      })}
    </Rows>
  );
}
