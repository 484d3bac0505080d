import { FieldRow } from '../view/field-row.tsx';
import { Button, Text, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { NumberField } from '../view/fields.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';

type Prices = Schemas['Prices'];

const pricesQuery = queryOptions({
  queryKey: ['prices'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/prices', { signal })),
});

/** The table that the indicative prices come from. */
export function PricesCard() {
  const prices = useQuery(pricesQuery);
  const isAdmin = useIsAdmin();
  return (
    <Card title={t('Prices')} about={t('Per hour. They are yours: Crane only multiplies.')}>
      <Asked query={prices} lines={1}>
        {(found) =>
          isAdmin ? <Form key={JSON.stringify(found)} prices={found} /> : <Table prices={found} />
        }
      </Asked>
    </Card>
  );
}

function Table({ prices: { cpuCoreHour, memoryGibHour, instanceHour, currency } }: { prices: Prices }) {
  return (
    <Text size="sm">
      {t('A core {core}, a GiB of memory {memory}, an instance {instance} {currency}. Admins change them.', {
        core: cpuCoreHour,
        memory: memoryGibHour,
        instance: instanceHour,
        currency,
      })}
    </Text>
  );
}

function Form({ prices }: { prices: Prices }) {
  const act = useAct();
  const [draft, setDraft] = useState(prices);
  const change = (part: Partial<Prices>) => setDraft((before) => ({ ...before, ...part }));
  const save = () => act.run(() => dataOf(api.PATCH('/api/v1/prices', { body: draft })));
  const sets = (['cpuCoreHour', 'memoryGibHour', 'instanceHour', 'currency'] as const)
    .filter((name) => draft[name] !== prices[name])
    .map((name) => ` --set ${shellWord(`${name}=${draft[name]}`)}`);
  return (
    <>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={save}>
        <NumberField
          label={t('A core')}
          value={draft.cpuCoreHour}
          onChange={(cpuCoreHour) => change({ cpuCoreHour })}
        />
        <NumberField
          label={t('A GiB of memory')}
          width={120}
          value={draft.memoryGibHour}
          onChange={(memoryGibHour) => change({ memoryGibHour })}
        />
        <NumberField
          label={t('An instance')}
          value={draft.instanceHour}
          onChange={(instanceHour) => change({ instanceHour })}
        />
        <TextInput
          label={t('Currency')}
          size="xs"
          w={90}
          value={draft.currency}
          onChange={(event) => change({ currency: event.currentTarget.value })}
        />
        <Button size="xs" loading={act.isBusy} disabled={sets.length === 0} type="submit">
          {t('Save')}
        </Button>
        <Twin
          command={`crane cost${sets.length === 0 ? ' --prices' : sets.join('')}`}
          request={
            sets.length === 0
              ? { method: 'GET', path: '/prices' }
              : { method: 'PATCH', path: '/prices', body: draft }
          }
        />
      </FieldRow>
    </>
  );
}
