import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, Group, PasswordInput, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, dataOf, done } from '../client/api.ts';
import { loginsQuery, meQuery, tokensQuery } from '../client/queries.ts';
import { useAct } from '../client/use-act.ts';
import { SecondFactorCard } from './second-factor-card.tsx';
import { MyQuotaCard } from './quotas-card.tsx';
import { Asked, Refused } from '../view/asked.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { dateTime } from '../words/format.ts';
import { Rows } from '../view/rows.tsx';
import { rich, t, type PlainSentence } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';

/** Oneself: password, tokens, and where one is logged in. */
export function AccountPage() {
  const me = useQuery(meQuery);
  return (
    <Stack>
      <Asked query={me} lines={1}>
        {({ name, role }) => (
          <Title order={1}>
            {name}{' '}
            <Text span className="quiet">
              {wordOf(role)}
            </Text>
          </Title>
        )}
      </Asked>
      <Password />
      <SecondFactorCard />
      <MyQuotaCard />
      <Tokens />
      <Logins />
    </Stack>
  );
}

function Password() {
  const act = useAct();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isDone, setIsDone] = useState(false);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = { password: next, ...(current === '' ? {} : { current }) };
    void act
      .run(() => done(api.PUT('/api/v1/me/password', { body })))
      .then((worked) => {
        setIsDone(worked);
        if (!worked) return;
        setCurrent('');
        setNext('');
      });
  };
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('Password')}>
      <Title order={2}>{t('Password')}</Title>
      {act.error === null ? null : <Refused error={act.error} />}
      <form onSubmit={onSubmit}>
        <Group gap="sm" align="flex-end">
          <PasswordInput
            label={t('Present one')}
            description={t('Empty where there is none yet.')}
            size="xs"
            w={220}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('New one')}
            size="xs"
            w={220}
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" loading={act.isBusy} disabled={next === ''}>
            {t('Change it')}
          </Button>
          <Text size="sm" aria-live="polite">
            {isDone ? t('Changed; all other logins have ended.') : ''}
          </Text>
        </Group>
      </form>
    </Stack>
  );
}

const lifetimes: { value: string; label: PlainSentence }[] = [
  { value: '86400', label: 'a day' },
  { value: '2592000', label: '30 days' },
  { value: '31536000', label: 'a year' },
];

function Tokens() {
  const act = useAct();
  const tokens = useQuery(tokensQuery);
  const [name, setName] = useState('');
  const [seconds, setSeconds] = useState('2592000');
  const [secret, setSecret] = useState<string | null>(null);
  const make = () =>
    act.run(async () => {
      const body = { name: name.trim(), expiresInSeconds: Number(seconds) };
      setSecret((await dataOf(api.POST('/api/v1/me/tokens', { body }))).secret);
      setName('');
    });
  const revoke = (id: number) =>
    act.run(() => done(api.DELETE('/api/v1/me/tokens/{id}', { params: { path: { id } } })));
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('Tokens')}>
      <Title order={2}>{t('Tokens')}</Title>
      <Text size="sm" className="quiet">
        {t('For the command line, scripts and CI jobs.')}
      </Text>
      {act.error === null ? null : <Refused error={act.error} />}
      {secret === null ? null : (
        <ShownOnce title={t('The token')} secret={secret} onDone={() => setSecret(null)} />
      )}
      <Asked query={tokens} lines={1}>
        {(items) => (
          <Rows minWidth={520} heads={[t('name'), t('made'), t('last used'), t('ends'), '']}>
            {items.map(({ id, name: own, createdAt, lastUsedAt, expiresAt }) => (
              <Table.Tr key={id}>
                <Table.Td>{own}</Table.Td>
                <Table.Td>
                  <TimeAgo at={createdAt} />
                </Table.Td>
                <Table.Td>{lastUsedAt === null ? t('never') : <TimeAgo at={lastUsedAt} />}</Table.Td>
                <Table.Td>{expiresAt === null ? t('never') : dateTime(expiresAt)}</Table.Td>
                <Table.Td className="number">
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={act.isBusy}
                    onClick={() => void revoke(id)}
                  >
                    {t('Revoke')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )}
      </Asked>
      <FieldRow onSubmit={make}>
        <TextField label={t('Name')} value={name} onChange={setName} />
        <Select
          label={t('Ends after')}
          size="xs"
          w={110}
          allowDeselect={false}
          value={seconds}
          onChange={(value) => setSeconds(value ?? seconds)}
          data={lifetimes.map(({ value, label }) => ({ value, label: t(label) }))}
        />
        <Button size="xs" variant="default" loading={act.isBusy} disabled={name.trim() === ''} type="submit">
          {t('Make a token')}
        </Button>
      </FieldRow>
    </Stack>
  );
}

function Logins() {
  const act = useAct();
  const logins = useQuery(loginsQuery);
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('Logins')}>
      <Title order={2}>{t('Where you are logged in')}</Title>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={logins} lines={1}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('Nowhere by password; this tab has a token.')}
            </Text>
          ) : (
            <Rows minWidth={520}>
              {items.map(({ id, kind, client, address, seenAt, expiresAt, isCurrent }) => (
                <Table.Tr key={id}>
                  <Table.Td className="wrap-anywhere">
                    {kind === 'browser' ? client : t('API client {client}', { client })}
                    {isCurrent ? ` (${t('this one')})` : ''}
                  </Table.Td>
                  <Table.Td className="mono">{address}</Table.Td>
                  <Table.Td>{rich('seen {when}', { when: <TimeAgo at={seenAt} /> })}</Table.Td>
                  <Table.Td>{t('ends {expiresAt}', { expiresAt: dateTime(expiresAt) })}</Table.Td>
                  <Table.Td className="number">
                    <Button
                      size="compact-xs"
                      variant="default"
                      disabled={act.isBusy}
                      onClick={() =>
                        void act.run(() =>
                          done(api.DELETE('/api/v1/me/logins/{id}', { params: { path: { id } } })),
                        )
                      }
                    >
                      {t('End it')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Asked>
    </Stack>
  );
}
