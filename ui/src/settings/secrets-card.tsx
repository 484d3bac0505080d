import { FieldRow } from '../view/field-row.tsx';
import { Button, Checkbox, PasswordInput, Table, Text, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, done, type App, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Progress } from '../deploy/progress.tsx';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Removal } from '../view/removal.tsx';
import { Rows } from '../view/rows.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';

type Secret = Schemas['AppSecret'];

const secretsQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'secrets'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/secrets', { params: { path: { app } }, signal }))).items,
  });

/** What the app must keep to itself: names and who uses them; a value is written and never read. */
export function SecretsCard({ app: { uniqueName } }: { app: App }) {
  const secrets = useQuery(secretsQuery(uniqueName));
  return (
    <Card
      title={t('Secrets')}
      about={t(
        'Mounted from memory where the compose file says secrets: NAME: external. A value is never shown again, to nobody.',
      )}
      aside={
        <Twin
          command={`crane secret ls ${uniqueName}`}
          request={{ method: 'GET', path: `/apps/${uniqueName}/secrets` }}
        />
      }
    >
      <Asked query={secrets} lines={1}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('None yet.')}
            </Text>
          ) : (
            <Rows minWidth={560} heads={[t('name'), t('used by'), t('state'), t('changed'), '']}>
              {items.map((secret) => (
                <Row key={secret.name} app={uniqueName} secret={secret} />
              ))}
            </Rows>
          )
        }
      </Asked>
      <NewSecret app={uniqueName} />
    </Card>
  );
}

function Row({
  app,
  secret: { name, services, isApplied, updatedAt, updatedBy },
}: {
  app: string;
  secret: Secret;
}) {
  return (
    <Table.Tr>
      <Table.Td className="mono">{name}</Table.Td>
      <Table.Td>{services.length === 0 ? t('no service') : services.join(', ')}</Table.Td>
      <Table.Td>
        {isApplied === null ? null : (
          <State
            state={isApplied ? 'in-force' : 'waiting'}
            {...(isApplied ? {} : { label: t('with the next deployment') })}
          />
        )}
      </Table.Td>
      <Table.Td>
        <TimeAgo at={updatedAt} /> {updatedBy}
      </Table.Td>
      <Table.Td className="number">
        <Removal
          label={t('Remove')}
          name={name}
          consequence={t('Only a secret that no service of the present release uses can be removed.')}
          command={`crane secret rm ${app} ${shellWord(name)}`}
          request={{ method: 'DELETE', path: `/apps/${app}/secrets/${encodeURIComponent(name)}` }}
          remove={() =>
            done(api.DELETE('/api/v1/apps/{app}/secrets/{name}', { params: { path: { app, name } } }))
          }
        />
      </Table.Td>
    </Table.Tr>
  );
}

function NewSecret({ app }: { app: string }) {
  const act = useAct();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [isApplying, setIsApplying] = useState(false);
  const [operation, setOperation] = useState<string | null>(null);
  const set = async () => {
    const params = { path: { app, name: name.trim() } };
    const isDone = await act.run(async () => {
      const body = { value, isApplying };
      const answer = await dataOf(api.PUT('/api/v1/apps/{app}/secrets/{name}', { params, body }));
      setOperation(answer.operation?.id ?? null);
    });
    // What was refused can be mended without typing it anew.
    if (!isDone) return;
    setName('');
    setValue('');
  };
  const shown = name.trim() === '' ? 'NAME' : name.trim();
  return (
    <>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={set}>
        <TextInput
          label={t('Name')}
          size="xs"
          w={170}
          placeholder="db-password"
          classNames={{ input: 'mono' }}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('Value')}
          size="xs"
          w={220}
          autoComplete="off"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Checkbox
          label={t('apply it at once')}
          size="xs"
          pb={6}
          checked={isApplying}
          onChange={(event) => setIsApplying(event.currentTarget.checked)}
        />
        <Button
          size="xs"
          variant="default"
          loading={act.isBusy}
          disabled={name.trim() === '' || value === ''}
          type="submit"
        >
          {t('Set the secret')}
        </Button>
        <Twin
          command={`crane secret set ${app} ${shellWord(shown)}${isApplying ? ' --apply' : ''}`}
          request={{
            method: 'PUT',
            path: `/apps/${app}/secrets/${encodeURIComponent(shown)}`,
            body: { value: 'SECRET', isApplying },
          }}
        />
      </FieldRow>
      {operation === null ? null : <Progress key={operation} operation={operation} />}
    </>
  );
}
