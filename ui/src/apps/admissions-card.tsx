import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App, Schemas } from '../client/api.ts';
import { admissionsQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Rows } from '../view/rows.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';

type Violation = Schemas['AdmissionRecord']['violations'][number];

/** What the admission policies found, when something was last to run. */
export function AdmissionsCard({ app }: { app: App }) {
  const records = useQuery(admissionsQuery(app.uniqueName));
  return (
    <Stack className="card" component="section" gap="sm" aria-label="Admission">
      <Group justify="space-between">
        <Title order={2}>Admission</Title>
        <Twin command={`crane admission history ${app.uniqueName}`} />
      </Group>
      <Asked query={records} lines={2}>
        {([newest]) =>
          newest === undefined ? (
            <Text size="sm" className="quiet">
              Nothing was found by the policies yet.
            </Text>
          ) : (
            <>
              <Group gap="sm">
                <State state={newest.isAllowed ? 'admitted' : 'refused'} />
                <Text size="sm">
                  {newest.action}, <TimeAgo at={newest.at} />
                </Text>
              </Group>
              <Rows minWidth={640} heads={['policy', 'mode', 'service', 'what was seen', 'what to do']}>
                {newest.violations.map((violation) => (
                  <Finding
                    key={`${violation.policy} ${violation.path} ${violation.msg}`}
                    violation={violation}
                  />
                ))}
              </Rows>
            </>
          )
        }
      </Asked>
    </Stack>
  );
}

function Finding({ violation: { policy, title, mode, service, field, msg, fix } }: { violation: Violation }) {
  return (
    <Table.Tr>
      <Table.Td title={title}>{policy}</Table.Td>
      <Table.Td>
        <State state={mode} />
      </Table.Td>
      <Table.Td>{service}</Table.Td>
      <Table.Td className="wrap-anywhere">
        {msg} <span className="mono quiet">{field}</span>
      </Table.Td>
      <Table.Td className="wrap-anywhere">{fix}</Table.Td>
    </Table.Tr>
  );
}
