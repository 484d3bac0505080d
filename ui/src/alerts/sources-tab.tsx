import { Button, Code, Group, Stack, Table } from '@mantine/core';
import { Dialog } from '../view/dialog.tsx';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { Removal } from '../view/removal.tsx';
import { Rows } from '../view/rows.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { shellWord } from '../words/shell.ts';
import { rich, t } from '../words/t.ts';
import { PayloadPreview } from './payload-preview.tsx';
import { removeSource, sourcesQuery, type AlertSource } from './source-calls.ts';
import { SourceForm } from './source-form.tsx';

/** Other monitoring systems that may tell alerts about the person's apps. */
export function SourcesTab() {
  const sources = useQuery(sourcesQuery);
  const [tried, setTried] = useState<AlertSource | null>(null);
  return (
    <Stack>
      <Asked query={sources} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('No alert sources')} command="crane alerts sources add grafana">
              {t(
                'Grafana, another Alertmanager or any program with JSON can tell alerts about your apps; they are judged as those of Crane.',
              )}
            </Empty>
          ) : (
            <Rows minWidth={640} heads={[t('name'), t('format'), t('address'), t('last used'), '']}>
              {items.map((source) => (
                <Row key={source.id} source={source} onTry={() => setTried(source)} />
              ))}
            </Rows>
          )
        }
      </Asked>
      <SourceForm />
      <Dialog
        opened={tried !== null}
        onClose={() => setTried(null)}
        size="xl"
        title={t('Try a payload on {name}', { name: tried?.name ?? '' })}
      >
        {tried === null ? null : <PayloadPreview source={tried} />}
      </Dialog>
    </Stack>
  );
}

function Row({
  source: { name, format, path, lastUsedAt },
  onTry,
}: {
  source: AlertSource;
  onTry: () => void;
}) {
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{format}</Table.Td>
      <Table.Td>
        <Code className="wrap-anywhere">{`${location.origin}${path}`}</Code>
      </Table.Td>
      <Table.Td>
        {lastUsedAt === null ? t('never used') : rich('used {when}', { when: <TimeAgo at={lastUsedAt} /> })}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${t('Try a payload')}: ${name}`}
            onClick={onTry}
          >
            {t('Try a payload')}
          </Button>
          <Removal
            label={t('Remove')}
            name={name}
            consequence={t('Its alerts are refused from now on; what they caused stays.')}
            command={`crane alerts sources rm ${shellWord(name)}`}
            request={{ method: 'DELETE', path: `/alert-sources/${encodeURIComponent(name)}` }}
            remove={() => removeSource(name)}
          />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
