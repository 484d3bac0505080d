import { ButtonLink, OutsideLink, TextLink } from '../view/links.tsx';
import { Group, Select, Stack, Table, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { App } from '../client/api.ts';
import { appsQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { ManyRows } from '../view/many-rows.tsx';
import { t } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';

const states = ['running', 'degraded', 'deploying', 'stopped', 'failed'];

/** All apps; what is looked for stands in the address. */
export function AppsPage() {
  const apps = useQuery(appsQuery);
  const { find = '', state } = useSearch({ from: '/apps' });
  const navigate = useNavigate({ from: '/apps' });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{t('Apps')}</Title>
        <ButtonLink to="/deploy" size="compact-md">
          {t('Deploy an app')}
        </ButtonLink>
      </Group>
      <Group>
        <TextInput
          size="xs"
          aria-label={t('Find')}
          placeholder={t('find by name, image or owner')}
          w={260}
          value={find}
          onChange={(event) => {
            const { value } = event.currentTarget;
            void navigate({
              search: (before) => ({ ...before, find: value === '' ? undefined : value }),
              replace: true,
            });
          }}
        />
        <Select
          size="xs"
          aria-label={t('State')}
          placeholder={t('any state')}
          clearable
          data={states.map((value) => ({ value, label: wordOf(value) }))}
          value={state ?? null}
          onChange={(value) =>
            void navigate({ search: (before) => ({ ...before, state: value ?? undefined }), replace: true })
          }
        />
      </Group>
      <Asked query={apps}>
        {(items) => (
          <AppsTable apps={items.filter((app) => isWanted(app, find, state))} isFiltered={items.length > 0} />
        )}
      </Asked>
    </Stack>
  );
}

function isWanted(app: App, find: string, state: string | undefined): boolean {
  const words = [app.uniqueName, app.owner, ...app.services.map(({ image }) => image)]
    .join(' ')
    .toLowerCase();
  return words.includes(find.toLowerCase()) && (state === undefined || app.state === state);
}

/** One row an app. */
export function AppsTable({ apps, isFiltered }: { apps: readonly App[]; isFiltered: boolean }) {
  if (apps.length === 0)
    return isFiltered ? (
      <Empty title={t('No app is like that')}>{t('Change what is looked for above.')}</Empty>
    ) : (
      <Empty
        title={t('No apps yet')}
        command="crane deploy -f examples/whoami/compose.yaml"
        action={<ButtonLink to="/deploy">{t('Deploy the sample app')}</ButtonLink>}
      >
        {t('An app is a Compose file. Crane runs it, routes it, scales and heals it, and says why.')}
      </Empty>
    );
  return (
    <ManyRows
      minWidth={640}
      heads={[
        t('name'),
        t('state'),
        { number: t('replicas') },
        t('address'),
        { number: t('release') },
        t('owner'),
        { number: t('age') },
      ]}
      items={apps}
      renderRow={(app, place) => (
        <Table.Tr key={app.id} {...place}>
          <Table.Td>
            <TextLink to="/apps/$app" params={{ app: app.uniqueName }} fw={500}>
              {app.uniqueName}
            </TextLink>
          </Table.Td>
          <Table.Td>
            <State state={app.state} reason={app.reason} />
          </Table.Td>
          <Table.Td className="number">{replicasOf(app)}</Table.Td>
          <Table.Td>
            {app.url === null ? (
              <span className="quiet">{t('inside only')}</span>
            ) : (
              <OutsideLink url={app.url}>{app.url.replace(/^https?:\/\//, '')}</OutsideLink>
            )}
          </Table.Td>
          <Table.Td className="number">{app.release ?? '–'}</Table.Td>
          <Table.Td>{app.owner}</Table.Td>
          <Table.Td className="number">
            <TimeAgo at={app.createdAt} />
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}

function replicasOf({ services }: App): string {
  const sum = (of: (service: App['services'][number]) => number): number =>
    services.reduce((total, service) => total + of(service), 0);
  return `${sum(({ ready }) => ready)}/${sum(({ replicas }) => replicas)}`;
}
