import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { TimeChart } from '../charts/time-chart.tsx';
import type { Schemas } from '../client/api.ts';
import { amount, duration } from '../words/format.ts';
import { t } from '../words/t.ts';

type Report = Schemas['LoadReport'];

/** What came back: how many, how quick, from which instance, and what was lost. */
export function LoadReport({ report }: { report: Report }) {
  const times = report.series.map(({ atMs }) => atMs);
  const figures = [
    { label: t('requests'), value: String(report.requests) },
    { label: t('lost'), value: String(report.lost) },
    { label: 'p50', value: `${amount(report.p50Ms)} ms` },
    { label: 'p90', value: `${amount(report.p90Ms)} ms` },
    { label: 'p99', value: `${amount(report.p99Ms)} ms` },
    { label: t('slowest'), value: `${amount(report.maxMs)} ms` },
    {
      label: t('new replica answered'),
      value:
        report.firstNewReplicaMs === null
          ? t('none came')
          : t('after {time}', { time: duration(report.firstNewReplicaMs) }),
    },
  ];
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Result of the load')}>
      <Title order={2}>{t('Result')}</Title>
      <Group gap="xl">
        {figures.map(({ label, value }) => (
          <div key={label}>
            <Text size="xs" className="quiet">
              {label}
            </Text>
            <Text size="lg">{value}</Text>
          </div>
        ))}
      </Group>
      <Title order={3}>{t('Latency of the load in ms')}</Title>
      <TimeChart
        times={times}
        isClock={false}
        label={t('Latency of the load in ms')}
        format={amount}
        marks={[]}
        lines={[
          { label: 'p50', values: report.series.map(({ p50Ms }) => p50Ms), tone: 'main' },
          { label: 'p99', values: report.series.map(({ p99Ms }) => p99Ms), tone: 'third' },
        ]}
      />
      <Title order={3}>{t('Instances that answered')}</Title>
      <TimeChart
        times={times}
        isClock={false}
        label={t('Instances that answered')}
        format={(value) => (Number.isInteger(value) ? String(value) : '')}
        marks={[]}
        lines={[
          {
            label: t('instances'),
            values: report.series.map(({ instances }) => instances),
            tone: 'good',
            isStepped: true,
          },
          { label: t('lost'), values: report.series.map(({ lost }) => lost), tone: 'bad' },
        ]}
      />
      <Group gap="xl" align="flex-start">
        <Counts title={t('status')} counts={report.statuses} />
        <Counts title={t('instance')} counts={report.byInstance} />
        {report.lost === 0 ? null : <Counts title={t('lost because of')} counts={report.lostByKind} />}
      </Group>
    </Stack>
  );
}

function Counts({ title, counts }: { title: string; counts: Record<string, number> }) {
  return (
    <Table w="auto">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{title}</Table.Th>
          <Table.Th className="number">{t('answers')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(counts).map(([name, count]) => (
          <Table.Tr key={name}>
            <Table.Td className="mono">{name}</Table.Td>
            <Table.Td className="number">{count}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
