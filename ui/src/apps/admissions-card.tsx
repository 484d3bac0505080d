import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App } from '../client/api.ts';
import { Violations } from '../admission/violations.tsx';
import { admissionsQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

/** What the admission policies found, when something was last to run. */
export function AdmissionsCard({ app }: { app: App }) {
  const records = useQuery(admissionsQuery(app.uniqueName));
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Admission')}>
      <Group justify="space-between">
        <Title order={2}>{t('Admission')}</Title>
        <Twin
          command={`crane admission history ${app.uniqueName}`}
          request={{ method: 'GET', path: `/apps/${app.uniqueName}/admissions` }}
        />
      </Group>
      <Asked query={records} lines={2}>
        {([newest]) =>
          newest === undefined ? (
            <Text size="sm" className="quiet">
              {t('Nothing was found by the policies yet.')}
            </Text>
          ) : (
            <>
              <Group gap="sm">
                <State state={newest.isAllowed ? 'admitted' : 'refused'} />
                <Text size="sm">
                  {newest.action}, <TimeAgo at={newest.at} />
                </Text>
              </Group>
              <Violations violations={newest.violations} />
            </>
          )
        }
      </Asked>
    </Stack>
  );
}
