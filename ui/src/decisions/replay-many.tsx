import { FieldRow } from '../view/field-row.tsx';
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { AppField } from '../view/app-field.tsx';
import { Refused } from '../view/asked.tsx';
import { Dialog } from '../view/dialog.tsx';
import { ChoiceField } from '../view/fields.tsx';
import { TextLink } from '../view/links.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { plural, t } from '../words/t.ts';

type Report = Schemas['ReplayReport'];
type By = 'recorded' | 'current';

/** A button: the newest decisions evaluated again, by the policies that made them or by those in force. */
export function ReplayMany({ app }: { app: string | null }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        {t('Replay them…')}
      </Button>
      <Dialog opened={isOpen} onClose={close} size="xl" title={t('Replay the newest decisions')}>
        {isOpen ? <Replay app={app} /> : null}
      </Dialog>
    </>
  );
}

function Replay({ app: first }: { app: string | null }) {
  const act = useAct();
  const [app, setApp] = useState(first);
  const [by, setBy] = useState<By>('recorded');
  const [limit, setLimit] = useState<'50' | '200' | '500'>('200');
  const [report, setReport] = useState<Report | null>(null);
  const body = { limit: Number(limit), policy: by, ...(app === null ? {} : { app }) };
  const replay = () =>
    act.run(async () => {
      setReport(null);
      setReport(await dataOf(api.POST('/api/v1/decisions:replay', { body })));
    });
  return (
    <Stack>
      <Text size="sm" className="quiet">
        {t('Each recorded input goes through a policy again. Nothing is changed by it.')}
      </Text>
      <FieldRow onSubmit={replay}>
        <AppField value={app} onChange={setApp} />
        <ChoiceField
          label={t('How many')}
          width={90}
          value={limit}
          onChange={setLimit}
          choices={['50', '200', '500'] as const}
        />
        <ChoiceField
          label={t('By which policy')}
          width={230}
          value={by}
          onChange={setBy}
          choices={[
            { value: 'recorded', label: t('the one that decided') },
            { value: 'current', label: t('the one in force now') },
          ]}
        />
        <Button size="xs" loading={act.isBusy} type="submit">
          {t('Replay')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane replay${app === null ? '' : ` ${app}`}${by === 'current' ? ' --current' : ''}`}
        request={{ method: 'POST', path: '/decisions:replay', body }}
      />
      {act.error === null ? null : <Refused error={act.error} />}
      {report === null ? null : <Outcome report={report} />}
    </Stack>
  );
}

function Outcome({ report: { replayed, differ, different } }: { report: Report }) {
  if (replayed === 0) return <Text size="sm">{t('No decision is recorded that could be replayed.')}</Text>;
  return (
    <Stack gap="xs" aria-live="polite">
      <Group gap="sm">
        <State state={differ === 0 ? 'same' : 'different'} />
        <Text size="sm">
          {plural(
            replayed,
            '{n} decision replayed, {differ} different.',
            '{n} decisions replayed, {differ} different.',
            {
              differ,
            },
          )}
        </Text>
      </Group>
      {different.length === 0 ? null : (
        <Rows
          minWidth={560}
          maxHeight={360}
          heads={[
            t('when'),
            t('service'),
            { number: t('became') },
            { number: t('would be') },
            t('different in'),
          ]}
        >
          {different.map(({ id, at, app, service, recorded, replayed: again, differences }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <TimeAgo at={at} />
              </Table.Td>
              <Table.Td>
                <TextLink to="/decisions/$id" params={{ id }} size="sm">
                  {app}/{service}
                </TextLink>
              </Table.Td>
              <Table.Td className="number">{recorded.to ?? '–'}</Table.Td>
              <Table.Td className="number">{again.to ?? '–'}</Table.Td>
              <Table.Td className="wrap-anywhere">
                <Said>{differences.join(', ')}</Said>
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </Stack>
  );
}
