import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Empty } from '../view/empty.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';
import { addGroup, groupsQuery } from './group-calls.ts';
import { GroupCard } from './group-card.tsx';

/** Who shares apps with whom. */
export function GroupsPage() {
  const groups = useQuery(groupsQuery);
  return (
    <Stack>
      <Title order={1}>{t('Groups')}</Title>
      <Text size="sm" className="quiet" maw={760}>
        {t(
          'People of a group see the apps that are shared with it: viewers look, operators also start, stop and scale, owners do everything.',
        )}
      </Text>
      <Asked query={groups}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('You are in no group')} command="crane groups add team">
              {t('Make one below, take people into it, and share apps with them.')}
            </Empty>
          ) : (
            items.map((group) => <GroupCard key={group.name} group={group} />)
          )
        }
      </Asked>
      <NewGroup />
    </Stack>
  );
}

function NewGroup() {
  const act = useAct();
  const [name, setName] = useState('');
  const shown = name.trim() === '' ? 'team' : name.trim();
  const add = async () => {
    if (await act.run(() => addGroup(name.trim()))) setName('');
  };
  return (
    <Card title={t('New group')} about={t('You are its owner.')}>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={add}>
        <TextField label={t('Name')} width={200} placeholder="team" value={name} onChange={setName} />
        <Button size="xs" loading={act.isBusy} disabled={name.trim() === ''} type="submit">
          {t('Make the group')}
        </Button>
        <Twin
          command={`crane groups add ${shellWord(shown)}`}
          request={{ method: 'POST', path: '/groups', body: { name: shown } }}
        />
      </FieldRow>
    </Card>
  );
}
