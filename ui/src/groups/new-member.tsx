import { FieldRow } from '../view/field-row.tsx';
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Act } from '../client/use-act.ts';
import { ChoiceField, TextField } from '../view/fields.tsx';
import { Twin } from '../view/twin.tsx';
import { wordOf } from '../words/codes.ts';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';
import { memberRoles, setMember, type MemberRole } from './group-calls.ts';

/** Takes somebody who has an account into a group. */
export function NewMember({ group, act }: { group: string; act: Act }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<MemberRole>('viewer');
  const shown = name.trim() === '' ? 'NAME' : name.trim();
  const add = async () => {
    if (await act.run(() => setMember(group, name.trim(), role))) setName('');
  };
  return (
    <FieldRow onSubmit={add}>
      <TextField
        label={t('Take somebody in')}
        width={170}
        placeholder={t('name of an account')}
        value={name}
        onChange={setName}
      />
      <ChoiceField
        label={t('Role')}
        width={120}
        value={role}
        onChange={setRole}
        choices={memberRoles.map((value) => ({ value, label: wordOf(value) }))}
      />
      <Button size="xs" variant="default" loading={act.isBusy} disabled={name.trim() === ''} type="submit">
        {t('Take in')}
      </Button>
      <Twin
        command={`crane groups member ${group} ${shellWord(shown)} ${role}`}
        request={{
          method: 'PUT',
          path: `/groups/${group}/members/${encodeURIComponent(shown)}`,
          body: { role },
        }}
      />
    </FieldRow>
  );
}
