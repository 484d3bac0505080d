import { TextLink } from '../view/links.tsx';
import { Alert, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { AppsTable } from '../apps/apps-page.tsx';
import type { App, Status } from '../client/api.ts';
import { useLive } from '../client/live.tsx';
import { appsQuery, decisionsQuery, statusQuery } from '../client/queries.ts';
import { DecisionsTable } from '../decisions/decisions-page.tsx';
import { Asked } from '../view/asked.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { rich, t } from '../words/t.ts';
import { Said } from '../view/said.tsx';
import { wordOf } from '../words/codes.ts';

/** What is wrong first, then what runs, then what was decided lately. */
export function OverviewPage() {
  const status = useQuery(statusQuery);
  const apps = useQuery(appsQuery);
  const decisions = useQuery(decisionsQuery({ onlyChanges: true, limit: 10 }));
  return (
    <Stack>
      <Title order={1}>{t('Overview')}</Title>
      <Problems apps={apps.data ?? []} parts={status.data?.parts ?? []} />
      <Figures apps={apps.data ?? []} status={status.data} />
      <section>
        <Title order={2} mb="xs">
          {t('Apps')}
        </Title>
        <Asked query={apps}>{(items) => <AppsTable apps={items.slice(0, 12)} isFiltered={false} />}</Asked>
        {(apps.data?.length ?? 0) > 12 ? (
          <TextLink to="/apps">{t('All {n} apps', { n: apps.data?.length ?? 0 })}</TextLink>
        ) : null}
      </section>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <section>
          <Title order={2} mb="xs">
            {t('Last decisions')}
          </Title>
          <Asked query={decisions}>{(items) => <DecisionsTable decisions={items} />}</Asked>
        </section>
        <section>
          <Title order={2} mb="xs">
            {t('What happens')}
          </Title>
          <Newest />
        </section>
      </SimpleGrid>
    </Stack>
  );
}

function Problems({ apps, parts }: { apps: readonly App[]; parts: Status['parts'] }) {
  const down = parts.filter(({ state }) => state !== 'ok');
  const ill = apps.filter(({ state }) => state === 'degraded' || state === 'failed');
  if (down.length === 0 && ill.length === 0) return null;
  return (
    <Alert color="red" title={t('Needs attention')}>
      {down.map(({ name, state, reason, consequence }) => (
        <Text size="sm" key={name}>
          {t('{name} is {state}', { name, state: wordOf(state) })}
          <Said>{` ${[reason, consequence].filter(Boolean).join('. ')}`}</Said>
        </Text>
      ))}
      {ill.map(({ uniqueName, state, reason }) => (
        <Text size="sm" key={uniqueName}>
          {rich('{name} is {state}', {
            name: (
              <TextLink to="/apps/$app" params={{ app: uniqueName }}>
                {uniqueName}
              </TextLink>
            ),
            state: wordOf(state),
          })}
          <Said>{reason === null ? '' : ` ${reason}`}</Said>
        </Text>
      ))}
    </Alert>
  );
}

function Figures({ apps, status }: { apps: readonly App[]; status: Status | undefined }) {
  const services = apps.flatMap((app) => app.services);
  const sum = (of: (service: App['services'][number]) => number): number =>
    services.reduce((total, service) => total + of(service), 0);
  const figures = [
    {
      label: t('apps running'),
      value: t('{part} of {whole}', {
        part: apps.filter(({ state }) => state === 'running').length,
        whole: apps.length,
      }),
    },
    {
      label: t('replicas ready'),
      value: t('{part} of {whole}', {
        part: sum(({ ready }) => ready),
        whole: sum(({ replicas }) => replicas),
      }),
    },
    {
      label: t('parts ok'),
      value:
        status === undefined
          ? '–'
          : t('{part} of {whole}', {
              part: status.parts.filter(({ state }) => state === 'ok').length,
              whole: status.parts.length,
            }),
    },
  ];
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      {figures.map(({ label, value }) => (
        <div className="card" key={label}>
          <Text size="xl" fw={600}>
            {value}
          </Text>
          <Text size="sm" className="quiet">
            {label}
          </Text>
        </div>
      ))}
      <div className="card">
        <Text size="xl" fw={600}>
          {status === undefined ? '–' : <TimeAgo at={status.startedAt} />}
        </Text>
        <Text size="sm" className="quiet">
          {t('control plane {version} began', { version: status?.version ?? '' })}
        </Text>
      </div>
    </SimpleGrid>
  );
}

function Newest() {
  const { events } = useLive();
  if (events.length === 0)
    return (
      <Text size="sm" className="quiet">
        {t('Nothing has happened since this page was opened.')}
      </Text>
    );
  return (
    <Table>
      <Table.Tbody>
        {events.slice(0, 10).map(({ seq, at, kind, text }) => (
          <Table.Tr key={seq}>
            <Table.Td w={80} className="quiet">
              <TimeAgo at={at} />
            </Table.Td>
            <Table.Td w={150} className="mono">
              {kind}
            </Table.Td>
            <Table.Td className="wrap-anywhere">
              <Said>{text}</Said>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
