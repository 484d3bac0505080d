import { useQuery } from '@tanstack/react-query';
import { Button, Select, Table } from '@mantine/core';
import { meQuery } from '../client/queries.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Removal } from '../view/removal.tsx';
import { Rows } from '../view/rows.tsx';
import { wordOf } from '../words/codes.ts';
import { t } from '../words/t.ts';
import { memberRoles, removeGroup, setMember, takeOut, type Group, type MemberRole } from './group-calls.ts';
import { NewMember } from './new-member.tsx';
import { SharedApps } from './shared-apps.tsx';

/** One group: its people, the apps they share, and what its owners may change. */
export function GroupCard({ group }: { group: Group }) {
  const act = useAct();
  const me = useQuery(meQuery).data;
  const own = group.members.find(({ name }) => name === me?.name);
  const mayManage = own?.role === 'owner' || me?.role === 'admin';
  return (
    <Card
      title={group.name}
      aside={
        mayManage ? (
          <Removal
            label={t('Remove')}
            name={group.name}
            consequence={t('Its apps belong to their owners alone again. Nothing stops.')}
            command={`crane groups rm ${group.name}`}
            request={{ method: 'DELETE', path: `/groups/${group.name}` }}
            remove={() => removeGroup(group.name)}
          />
        ) : null
      }
    >
      {act.error === null ? null : <Refused error={act.error} />}
      <Rows minWidth={300} heads={[t('person'), t('role'), '']}>
        {group.members.map((member) => (
          <Member
            key={member.name}
            {...member}
            group={group.name}
            isMe={member.name === me?.name}
            mayManage={mayManage}
            act={act}
          />
        ))}
      </Rows>
      {mayManage ? <NewMember group={group.name} act={act} /> : null}
      <SharedApps group={group} act={act} />
    </Card>
  );
}

function Member({
  name,
  role,
  group,
  isMe,
  mayManage,
  act,
}: {
  name: string;
  role: MemberRole;
  group: string;
  isMe: boolean;
  mayManage: boolean;
  act: Act;
}) {
  const out = isMe ? t('Leave') : t('Take out');
  const change = (value: string | null) => {
    const next = memberRoles.find((known) => known === value);
    if (next !== undefined) void act.run(() => setMember(group, name, next));
  };
  return (
    <Table.Tr>
      <Table.Td>{isMe ? t('{name} (you)', { name }) : name}</Table.Td>
      <Table.Td w={150}>
        {mayManage ? (
          <Select
            aria-label={t('Role of {name}', { name })}
            size="xs"
            w={120}
            allowDeselect={false}
            disabled={act.isBusy}
            value={role}
            onChange={change}
            data={memberRoles.map((value) => ({ value, label: wordOf(value) }))}
          />
        ) : (
          wordOf(role)
        )}
      </Table.Td>
      <Table.Td className="number">
        {mayManage || isMe ? (
          <Button
            size="compact-xs"
            variant="default"
            disabled={act.isBusy}
            aria-label={`${out}: ${name}`}
            onClick={() => void act.run(() => takeOut(group, name))}
          >
            {out}
          </Button>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}
