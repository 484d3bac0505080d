import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, Checkbox, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, done, type App } from '../client/api.ts';
import { hooksQuery } from '../client/queries.ts';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { Removal } from '../view/removal.tsx';
import { Rows } from '../view/rows.tsx';
import { rich, t } from '../words/t.ts';

/** Who may bring new images to the app without a person, as a CI job does. */
export function HooksCard({ app }: { app: App }) {
  const hooks = useQuery(hooksQuery(app.uniqueName));
  const act = useAct();
  const [name, setName] = useState('ci');
  const [service, setService] = useState<string | null>(null);
  const [isAnyImage, setIsAnyImage] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const params = { path: { app: app.uniqueName } };
  const body = { name: name.trim(), isAnyImage, ...(service === null ? {} : { service }) };
  const make = () =>
    act.run(async () => {
      const made = await dataOf(api.POST('/api/v1/apps/{app}/hooks', { params, body }));
      setSecret(
        `curl -X POST ${location.origin}${made.path} -H 'Authorization: Bearer ${made.secret}' -H 'content-type: application/json' -d '{}'`,
      );
    });
  const remove = (id: string) =>
    done(api.DELETE('/api/v1/apps/{app}/hooks/{id}', { params: { path: { app: app.uniqueName, id } } }));
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Deploy hooks')}>
      <Title order={2}>{t('Deploy hooks')}</Title>
      <Text size="sm" className="quiet">
        {t('One line in a CI job deploys a new image.')}
      </Text>
      {act.error === null ? null : <Refused error={act.error} />}
      {secret === null ? null : (
        <ShownOnce
          title={t('The line for the job, with its secret')}
          secret={secret}
          onDone={() => setSecret(null)}
        />
      )}
      <Asked query={hooks} lines={1}>
        {(items) =>
          items.length === 0 ? null : (
            <Rows minWidth={480}>
              {items.map(({ id, name: own, service: of, isAnyImage: isAny, lastUsedAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>{own}</Table.Td>
                  <Table.Td>{of ?? t('every service')}</Table.Td>
                  <Table.Td>{isAny ? t('any image') : t('newer images of the same name')}</Table.Td>
                  <Table.Td>
                    {lastUsedAt === null
                      ? t('never used')
                      : rich('used {when}', { when: <TimeAgo at={lastUsedAt} /> })}
                  </Table.Td>
                  <Table.Td className="number">
                    <Removal
                      label={t('Remove')}
                      name={own}
                      consequence={t('Calls of it are refused from now on.')}
                      command={`crane hook rm ${app.uniqueName} ${id}`}
                      request={{ method: 'DELETE', path: `/apps/${app.uniqueName}/hooks/${id}` }}
                      remove={() => remove(id)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Asked>
      <FieldRow onSubmit={make}>
        <TextField label={t('Name')} width={140} value={name} onChange={setName} />
        <Select
          label={t('Service')}
          size="xs"
          w={160}
          placeholder={t('every service')}
          clearable
          value={service}
          onChange={setService}
          data={app.services.map((each) => each.name)}
        />
        <Checkbox
          label={t('any image')}
          size="xs"
          pb={6}
          checked={isAnyImage}
          onChange={(event) => setIsAnyImage(event.currentTarget.checked)}
        />
        <Button size="xs" variant="default" loading={act.isBusy} disabled={name.trim() === ''} type="submit">
          {t('Make a hook')}
        </Button>
        <Twin
          command={`crane hook create ${app.uniqueName}${service === null ? '' : ` --service ${service}`}`}
          request={{ method: 'POST', path: `/apps/${app.uniqueName}/hooks`, body }}
        />
      </FieldRow>
    </Stack>
  );
}
