import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, Group, SegmentedControl, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, done, type Schemas } from '../client/api.ts';
import { meQuery, registrationQuery, usersQuery } from '../client/queries.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { QuotasCard } from './quotas-card.tsx';
import { InvitationsCard } from './invitations-card.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { Removal } from '../view/removal.tsx';
import { Rows } from '../view/rows.tsx';
import { shellWord } from '../words/shell.ts';
import { t, type PlainSentence } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';

type Account = Schemas['Account'];
type Role = Account['role'];
const roles: readonly Role[] = ['user', 'admin'];
type Mode = Schemas['Registration']['mode'];
type Secret = { title: string; secret: string };

/** Everybody who may come in, as what, and how new people get in. */
export function PeoplePage() {
  const users = useQuery(usersQuery);
  const act = useAct();
  const [secret, setSecret] = useState<Secret | null>(null);
  return (
    <Stack>
      <Title order={1}>{t('People')}</Title>
      {act.error === null ? null : <Refused error={act.error} />}
      {secret === null ? null : <ShownOnce {...secret} onDone={() => setSecret(null)} />}
      <Asked query={users}>{(items) => <Everybody users={items} act={act} onSecret={setSecret} />}</Asked>
      <NewPerson act={act} onSecret={setSecret} />
      <QuotasCard />
      <InvitationsCard />
      <Registration act={act} />
    </Stack>
  );
}

function Everybody({
  users,
  act,
  onSecret,
}: {
  users: readonly Account[];
  act: Act;
  onSecret: (secret: Secret) => void;
}) {
  const me = useQuery(meQuery);
  const change = (name: string, body: Schemas['UserChangeInput']) =>
    act.run(() => dataOf(api.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body })));
  const reset = (name: string) =>
    act.run(async () => {
      const { password } = await dataOf(
        api.PUT('/api/v1/users/{name}/password', { params: { path: { name } }, body: {} }),
      );
      if (password !== null) onSecret({ title: t('The new password of {name}', { name }), secret: password });
    });
  const resetFactor = (name: string) =>
    act.run(() => done(api.DELETE('/api/v1/users/{name}/second-factor', { params: { path: { name } } })));
  const remove = (name: string) => done(api.DELETE('/api/v1/users/{name}', { params: { path: { name } } }));
  return (
    <Rows minWidth={620} heads={[t('name'), t('role'), t('state'), t('since'), '']}>
      {users.map(({ id, name, role, isDisabled, hasPassword, hasSecondFactor, createdAt }) => {
        const isMe = me.data?.id === id;
        return (
          <Table.Tr key={id}>
            <Table.Td>
              {name}
              {isMe ? ` (${t('you')})` : ''}
            </Table.Td>
            <Table.Td>
              <Select
                aria-label={t('Role of {name}', { name })}
                size="xs"
                w={100}
                allowDeselect={false}
                disabled={act.isBusy || isMe}
                value={role}
                onChange={(value) => void change(name, { role: value === 'admin' ? 'admin' : 'user' })}
                data={roles.map((value) => ({ value, label: wordOf(value) }))}
              />
            </Table.Td>
            <Table.Td>
              <State state={isDisabled ? 'disabled' : 'ok'} />{' '}
              {hasPassword ? null : (
                <Text span size="xs" className="quiet">
                  {t('no password')}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <TimeAgo at={createdAt} />
            </Table.Td>
            <Table.Td>
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                {hasSecondFactor ? (
                  <Button size="compact-xs" variant="default" onClick={() => void resetFactor(name)}>
                    {t('Reset second factor')}
                  </Button>
                ) : null}
                <Button size="compact-xs" variant="default" onClick={() => void reset(name)}>
                  {t('New password')}
                </Button>
                <Button
                  size="compact-xs"
                  variant="default"
                  disabled={isMe}
                  onClick={() => void change(name, { isDisabled: !isDisabled })}
                >
                  {isDisabled ? t('Enable') : t('Disable')}
                </Button>
                {isMe ? null : (
                  <Removal
                    label={t('Remove')}
                    name={name}
                    consequence={t(
                      'The account goes, with its tokens and logins. Who still has apps cannot be removed.',
                    )}
                    command={`crane users rm ${shellWord(name)}`}
                    request={{ method: 'DELETE', path: `/users/${encodeURIComponent(name)}` }}
                    remove={() => remove(name)}
                  />
                )}
              </Group>
            </Table.Td>
          </Table.Tr>
        );
      })}
    </Rows>
  );
}

function NewPerson({ act, onSecret }: { act: Act; onSecret: (secret: Secret) => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('user');
  const add = () =>
    act.run(async () => {
      const { password } = await dataOf(api.POST('/api/v1/users', { body: { name: name.trim(), role } }));
      if (password !== null)
        onSecret({ title: t('The first password of {name}', { name: name.trim() }), secret: password });
      setName('');
    });
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('New person')}>
      <Title order={2}>{t('New person')}</Title>
      <FieldRow onSubmit={add}>
        <TextField label={t('Name')} value={name} onChange={setName} />
        <Select
          label={t('Role')}
          size="xs"
          w={100}
          allowDeselect={false}
          value={role}
          onChange={(value) => setRole(value === 'admin' ? 'admin' : 'user')}
          data={roles.map((value) => ({ value, label: wordOf(value) }))}
        />
        <Button size="xs" loading={act.isBusy} disabled={name.trim() === ''} type="submit">
          {t('Add')}
        </Button>
        <Twin
          command={`crane users add ${name.trim() === '' ? 'NAME' : name.trim()} --role ${role}`}
          request={{
            method: 'POST',
            path: '/users',
            body: { name: name.trim() === '' ? 'NAME' : name.trim(), role },
          }}
        />
      </FieldRow>
    </Stack>
  );
}

const modes: { value: Mode; label: PlainSentence }[] = [
  { value: 'closed', label: 'only admins add people' },
  { value: 'invitation', label: 'by invitation' },
  { value: 'open', label: 'anybody' },
];

function Registration({ act }: { act: Act }) {
  const registration = useQuery(registrationQuery);
  const set = (mode: Mode) => act.run(() => dataOf(api.PUT('/api/v1/registration', { body: { mode } })));
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('Who may make an account')}>
      <Title order={2}>{t('Who may make an account')}</Title>
      <Asked query={registration} lines={1}>
        {({ mode }) => (
          <SegmentedControl
            size="xs"
            aria-label={t('Who may make an account')}
            value={mode}
            disabled={act.isBusy}
            onChange={(value) => {
              const chosen = modes.find((known) => known.value === value);
              if (chosen !== undefined) void set(chosen.value);
            }}
            data={modes.map(({ value, label: words }) => ({ value, label: t(words) }))}
          />
        )}
      </Asked>
      <Text size="sm" className="quiet">
        {t('Somebody who makes an account has the role user.')}
      </Text>
    </Stack>
  );
}
