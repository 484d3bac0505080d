import { FieldRow } from '../view/field-row.tsx';
import { Box, Button, NumberInput, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../client/api.ts';
import { defaultQuotaQuery, myQuotaQuery, usersQuery } from '../client/queries.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { ChoiceField } from '../view/fields.tsx';
import { Rows } from '../view/rows.tsx';
import { Twin } from '../view/twin.tsx';
import { amount, bytes } from '../words/format.ts';
import { t, type PlainSentence } from '../words/t.ts';

type Quota = Schemas['Quota'];
type Name = keyof Quota;
type Own = Partial<Quota>;

const kinds: readonly { name: Name; label: PlainSentence; option: string; unit: number }[] = [
  { name: 'apps', label: 'Apps', option: 'apps', unit: 1 },
  { name: 'instances', label: 'Instances', option: 'instances', unit: 1 },
  { name: 'cpus', label: 'CPUs', option: 'cpus', unit: 1 },
  { name: 'memoryBytes', label: 'Memory', option: 'memory', unit: 1024 ** 2 },
  { name: 'ports', label: 'Ports', option: 'ports', unit: 1 },
  { name: 'volumes', label: 'Volumes', option: 'volumes', unit: 1 },
];

/** What one may have, and has. */
export function MyQuotaCard() {
  const query = useQuery(myQuotaQuery);
  const text = (name: Name, value: number | null, none: string): string =>
    value === null ? none : name === 'memoryBytes' ? bytes(value) : amount(value);
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('Quota')}>
      <Title order={2}>{t('What your apps may have together')}</Title>
      <Asked query={query} lines={1}>
        {({ quota, used }) => (
          <Box maw={460}>
            <Rows minWidth={260} heads={['', { number: t('used') }, { number: t('at most') }]}>
              {kinds.map(({ name, label }) => (
                <Table.Tr key={name}>
                  <Table.Td>{t(label)}</Table.Td>
                  <Table.Td className="number">{text(name, used[name], t('unlimited'))}</Table.Td>
                  <Table.Td className="number">{text(name, quota[name], t('no limit'))}</Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          </Box>
        )}
      </Asked>
    </Stack>
  );
}

const everybody = 'everybody';

/** For admins: limits of everybody, and of one person alone. */
export function QuotasCard() {
  const act = useAct();
  const users = useQuery(usersQuery);
  const [who, setWho] = useState(everybody);
  const person = users.data?.find(({ name }) => name === who);
  const byDefault = useQuery(defaultQuotaQuery);
  const own: Own | undefined = person === undefined ? byDefault.data : person.quota.own;
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('Quotas')}>
      <Title order={2}>{t('What apps may have together')}</Title>
      <Text size="sm" className="quiet">
        {who === everybody
          ? t('Of everybody with the role user. Empty: no limit. Admins have none.')
          : t('Of {who} alone. Empty: as everybody.', { who })}
      </Text>
      {act.error === null ? null : <Refused error={act.error} />}
      <ChoiceField
        label={t('Whose')}
        value={who}
        onChange={setWho}
        choices={[
          { value: everybody, label: t('everybody') },
          ...(users.data ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      {own === undefined ? null : (
        <Limits key={`${who} ${JSON.stringify(own)}`} who={who} before={own} act={act} />
      )}
    </Stack>
  );
}

function Limits({ who, before, act }: { who: string; before: Own; act: Act }) {
  const [own, setOwn] = useState(before);
  const set = (name: Name, value: number | null): void => {
    const { [name]: _before, ...others } = own;
    setOwn(value === null && who !== everybody ? others : { ...others, [name]: value });
  };
  const save = () =>
    act.run(() =>
      who === everybody
        ? dataOf(api.PATCH('/api/v1/quota', { body: own }))
        : dataOf(api.PUT('/api/v1/users/{name}/quota', { params: { path: { name: who } }, body: own })),
    );
  return (
    <>
      <FieldRow onSubmit={save}>
        {kinds.map(({ name, label, unit }) => (
          <NumberInput
            key={name}
            label={name === 'memoryBytes' ? t('Memory in MiB') : t(label)}
            size="xs"
            w={110}
            min={0}
            allowDecimal={name === 'cpus'}
            placeholder={who === everybody ? t('no limit') : t('everybody’s')}
            value={typeof own[name] === 'number' ? own[name] / unit : ''}
            onChange={(value) => set(name, typeof value === 'number' ? value * unit : null)}
          />
        ))}
        <Button
          size="xs"
          loading={act.isBusy}
          disabled={JSON.stringify(own) === JSON.stringify(before)}
          type="submit"
        >
          {t('Save')}
        </Button>
      </FieldRow>
      <Twin command={`crane users quota${who === everybody ? '' : ` ${who}`}${optionsOf(own)}`} />
    </>
  );
}

function optionsOf(own: Own): string {
  return kinds
    .flatMap(({ name, option, unit }) => {
      const limit = own[name];
      if (limit === undefined) return [];
      if (limit === null) return [` --${option} none`];
      return [` --${option} ${limit / unit}${name === 'memoryBytes' ? 'm' : ''}`];
    })
    .join('');
}
