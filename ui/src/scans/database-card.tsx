import { FieldRow } from '../view/field-row.tsx';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { AdminsOnly } from '../view/admins-only.tsx';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { State } from '../view/state.tsx';
import { Twin } from '../view/twin.tsx';
import { bytes, dateTime, duration } from '../words/format.ts';
import { shellWord } from '../words/shell.ts';
import { rich, t } from '../words/t.ts';
import { importDatabase, scanDatabaseQuery } from './scan-calls.ts';

/** What the scanner looks vulnerabilities up in: how old it is, and another one from a file. */
export function DatabaseCard() {
  const database = useQuery(scanDatabaseQuery);
  return (
    <Stack>
      <Card
        title={t('Vulnerability database')}
        aside={<Twin command="crane scan db status" request={{ method: 'GET', path: '/scan-database' }} />}
      >
        <Asked query={database} lines={1}>
          {(found) => <About database={found} />}
        </Asked>
      </Card>
      <Card
        title={t('Take over a database')}
        about={t(
          'A file or folder of the machine that Crane runs on, for machines without the internet. What runs is looked up again afterwards.',
        )}
      >
        <AdminsOnly>
          <Import />
        </AdminsOnly>
      </Card>
    </Stack>
  );
}

function About({
  database: { isPresent, isStale, updatedAt, ageHours, sizeBytes },
}: {
  database: Schemas['ScanDatabase'];
}) {
  if (!isPresent)
    return (
      <Group gap="sm">
        <State state="no-database" />
        <Text size="sm">
          {t('Packages are listed, but nothing is known of their vulnerabilities. Import one below.')}
        </Text>
      </Group>
    );
  return (
    <Group gap="sm">
      <State state={isStale ? 'stale' : 'ok'} />
      <Text size="sm">
        {updatedAt === null
          ? t('Its age is not known.')
          : rich('Of {when}: {age} old.', {
              when: dateTime(updatedAt),
              age: duration((ageHours ?? 0) * 3_600_000),
            })}{' '}
        {sizeBytes === null ? null : <span className="quiet">{bytes(sizeBytes)}</span>}
      </Text>
    </Group>
  );
}

function Import() {
  const act = useAct();
  const [path, setPath] = useState('');
  const take = async () => {
    if (await act.run(() => importDatabase(path.trim()))) setPath('');
  };
  const shown = path.trim() === '' ? '/srv/trivy-db.tar.gz' : path.trim();
  return (
    <>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={take}>
        <TextInput
          label={t('File or folder')}
          size="xs"
          w={320}
          placeholder="/srv/trivy-db.tar.gz"
          classNames={{ input: 'mono' }}
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Button size="xs" loading={act.isBusy} disabled={path.trim() === ''} type="submit">
          {t('Import')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane scan db import ${shellWord(shown)}`}
        request={{ method: 'POST', path: '/scan-database:import', body: { path: shown } }}
      />
    </>
  );
}
