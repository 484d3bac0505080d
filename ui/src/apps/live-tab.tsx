import { TextLink } from '../view/links.tsx';
import {
  Button,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { describe, pointsAsTable, TimeChart, toneOf, type Line, type Mark } from '../charts/time-chart.tsx';
import { download, type App, type Decision, type FeedEvent, type History } from '../client/api.ts';
import { renderCsv } from '../charts/render-csv.ts';
import { useLive } from '../client/live.tsx';
import { decisionsQuery, historyQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { amount, bytes } from '../words/format.ts';
import { t } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';
import { Said } from '../view/said.tsx';

const spans = [5, 15, 60, 360];
type Chart = { title: string; lines: Line[]; format: (value: number) => string };

/** Requests, latency, errors, replicas, CPU and memory on one time axis, with what happened. */
export function LiveTab({ app, minutes }: { app: App; minutes: number }) {
  const navigate = useNavigate({ from: '/apps/$app' });
  const history = useQuery(historyQuery(app.uniqueName, minutes));
  const decisions = useQuery(decisionsQuery({ app: app.uniqueName, onlyChanges: true }));
  const { events } = useLive();
  const marks = useMemo(
    () =>
      marksOf(
        decisions.data ?? [],
        events.filter(({ app: of }) => of === app.uniqueName),
      ),
    [decisions.data, events, app.uniqueName],
  );
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text className="quiet" size="sm">
          {t('Read from Prometheus; a gap means that nothing was measured, not zero.')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t('Time shown')}
          value={String(minutes)}
          onChange={(value) =>
            void navigate({ search: (before) => ({ ...before, minutes: Number(value) }), replace: true })
          }
          data={spans.map((span) => ({
            value: String(span),
            label: span < 60 ? `${span} min` : `${span / 60} h`,
          }))}
        />
      </Group>
      <Asked query={history} lines={8}>
        {(data) => <Charts app={app} history={data} marks={marks} />}
      </Asked>
      <Recent decisions={decisions.data ?? []} />
    </Stack>
  );
}

function Charts({ app, history, marks }: { app: App; history: History; marks: Mark[] }) {
  const scheme = useComputedColorScheme('light');
  const charts = useMemo(
    () => app.services.flatMap(({ name }) => chartsOf(history, name, app.services.length > 1)),
    [history, app.services],
  );
  return (
    <>
      {charts.map(({ title, lines, format }) => (
        <section key={title} className="card" aria-label={title}>
          <Group justify="space-between" wrap="nowrap">
            <Title order={3}>{title}</Title>
            <Group gap="md">
              {lines.map(({ label, tone, values }) => (
                <Text key={label} size="sm" style={{ color: toneOf(tone, scheme) }}>
                  {describe([{ label, tone, values }], format)}
                </Text>
              ))}
            </Group>
          </Group>
          <TimeChart times={history.times} lines={lines} marks={marks} format={format} label={title} />
          <details>
            <summary className="quiet">{t('As a table')}</summary>
            <Table.ScrollContainer minWidth={300} mah={260}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('time')}</Table.Th>
                    {lines.map(({ label }) => (
                      <Table.Th key={label} className="number">
                        {label}
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {pointsAsTable(history.times, lines, 10).map((row) => (
                    <Table.Tr key={row[0]}>
                      {row.map((cell, index) => (
                        <Table.Td key={lines[index]?.label ?? 'end'} className={index === 0 ? '' : 'number'}>
                          {cell}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => downloadCsv(app, title, history.times, lines)}
            >
              {t('Download as CSV')}
            </Button>
          </details>
        </section>
      ))}
    </>
  );
}

/** All points, not every tenth. */
function downloadCsv(app: App, title: string, times: readonly number[], lines: readonly Line[]): void {
  const rows = times.map((time, index) => [
    new Date(time).toISOString(),
    ...lines.map(({ values }) => values[index] ?? null),
  ]);
  const text = renderCsv([[t('time'), ...lines.map(({ label }) => `${title}: ${label}`)], ...rows]);
  download(`${app.uniqueName}.csv`, new Blob([text], { type: 'text/csv' }));
}

function chartsOf(history: History, service: string, isOneOfMany: boolean): Chart[] {
  const of = (name: History['series'][number]['name']): (number | null)[] =>
    history.series.find((series) => series.service === service && series.name === name)?.values ??
    history.times.map(() => null);
  const titled = (title: string): string => (isOneOfMany ? `${service}: ${title}` : title);
  const hasTraffic = history.series.some(
    (series) => series.service === service && series.name === 'requestsPerSecond',
  );
  const traffic: Chart[] = [
    {
      title: titled(t('Requests per second')),
      format: amount,
      lines: [
        { label: t('requests'), values: of('requestsPerSecond'), tone: 'main' },
        { label: t('errors'), values: of('errorsPerSecond'), tone: 'bad' },
      ],
    },
    {
      title: titled(t('Latency in ms')),
      format: amount,
      lines: [
        { label: 'p50', values: of('p50Ms'), tone: 'main' },
        { label: 'p95', values: of('p95Ms'), tone: 'second' },
        { label: 'p99', values: of('p99Ms'), tone: 'third' },
      ],
    },
  ];
  return [
    ...(hasTraffic ? traffic : []),
    {
      title: titled(t('Replicas')),
      format: (value) => (Number.isInteger(value) ? String(value) : ''),
      lines: [
        { label: t('replicas ready'), values: of('replicasReady'), tone: 'good', isStepped: true },
        { label: t('wanted'), values: of('replicasWanted'), tone: 'quiet', isStepped: true },
      ],
    },
    {
      title: titled(t('CPU in cores')),
      format: amount,
      lines: [{ label: t('used'), values: of('cpuCores'), tone: 'main' }],
    },
    {
      title: titled(t('Memory')),
      format: bytes,
      lines: [{ label: t('used'), values: of('memoryBytes'), tone: 'main' }],
    },
  ];
}

function marksOf(decisions: readonly Decision[], events: readonly FeedEvent[]): Mark[] {
  const decided = decisions.map(({ at, verdict, from, to }): Mark => {
    if (from === to) return { at, label: wordOf(verdict), tone: 'bad' };
    return { at, label: `${from}→${to}`, tone: to > from ? 'good' : 'second' };
  });
  const told = events.flatMap(({ at, kind }): Mark[] => {
    if (kind === 'deployment.done') return [{ at, label: t('release'), tone: 'main' }];
    return kind === 'alert.firing' ? [{ at, label: t('alert'), tone: 'bad' }] : [];
  });
  return [...decided, ...told].sort((a, b) => a.at - b.at);
}

function Recent({ decisions }: { decisions: readonly Decision[] }) {
  if (decisions.length === 0) return null;
  return (
    <section className="card">
      <Title order={3}>{t('Why it changed')}</Title>
      <Table>
        <Table.Tbody>
          {decisions.slice(0, 8).map(({ id, at, verdict, from, to, reason, service }) => (
            <Table.Tr key={id}>
              <Table.Td w={90} className="quiet">
                <TimeAgo at={at} />
              </Table.Td>
              <Table.Td w={130}>
                <TextLink to="/decisions/$id" params={{ id }}>
                  {service} {from === to ? wordOf(verdict) : `${from} → ${to}`}
                </TextLink>
              </Table.Td>
              <Table.Td>
                <Said>{reason}</Said>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
