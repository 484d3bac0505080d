import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { Rows } from '../view/rows.tsx';
import { t, type PlainSentence } from '../words/t.ts';
import { AuthorityCard } from '../platform/authority-card.tsx';
import { SecretKeyCard } from '../platform/secret-key-card.tsx';
import { VersionLine } from '../platform/version-line.tsx';

const tasks: Record<string, PlainSentence> = {
  docker: 'runs the containers',
  traefik: 'routes requests to instances',
  prometheus: 'measures, and evaluates the rules',
  alertmanager: 'groups alerts and tells Crane of them',
  opa: 'decides by policy',
  trivy: 'scans images before they start',
};

/** The six parts: what each does, how it is, and what Crane does while one is away. */
export function PlatformPage() {
  const status = useQuery(statusQuery);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{t('Platform')}</Title>
        <VersionLine />
      </Group>
      <Asked query={status} lines={6}>
        {({ parts }) => (
          <Rows
            minWidth={640}
            heads={[
              t('part'),
              t('state'),
              t('version'),
              { number: t('since') },
              t('what it does, and what its state means'),
            ]}
          >
            {parts.map(({ name, state, version, since, reason, consequence }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>
                  <State state={state} />
                </Table.Td>
                <Table.Td className="mono">{version ?? '–'}</Table.Td>
                <Table.Td className="number">
                  <TimeAgo at={since} />
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{tasks[name] === undefined ? '' : t(tasks[name])}</Text>
                  {reason === null ? null : <Text size="sm">{reason}</Text>}
                  {consequence === null ? null : <Text size="sm">{consequence}</Text>}
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )}
      </Asked>
      <Twin command="crane doctor" />
      <AuthorityCard />
      <SecretKeyCard />
    </Stack>
  );
}
