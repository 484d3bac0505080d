import { Button, Checkbox, Group, NumberInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { AdminsOnly } from '../view/admins-only.tsx';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { NumberField } from '../view/fields.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

type Bounds = Schemas['PolicyBounds'];

const boundsQuery = queryOptions({
  queryKey: ['policy-bounds'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/policy-bounds', { signal })),
});

/** What owners' own policies may do at most; for admins. */
export function BoundsCard() {
  const bounds = useQuery(boundsQuery);
  return (
    <Card
      title={t('Bounds of own policies')}
      about={t('What the policies of apps may do, whatever they wish. It holds from the next decision on.')}
    >
      <AdminsOnly>
        <Asked query={bounds} lines={1}>
          {(found) => <Form key={JSON.stringify(found)} bounds={found} />}
        </Asked>
      </AdminsOnly>
    </Card>
  );
}

function Form({ bounds }: { bounds: Bounds }) {
  const act = useAct();
  const [draft, setDraft] = useState(bounds);
  const { isOwnAllowed, mostAtOnce, quickReplacements } = draft;
  const change = (part: Partial<Bounds>) => setDraft((before) => ({ ...before, ...part }));
  const allow = (part: Partial<Bounds['isOwnAllowed']>) =>
    change({ isOwnAllowed: { ...isOwnAllowed, ...part } });
  const save = () => act.run(() => dataOf(api.PUT('/api/v1/policy-bounds', { body: draft })));
  return (
    <>
      {act.error === null ? null : <Refused error={act.error} />}
      <Group gap="md" align="flex-end">
        <Checkbox
          label={t('own scaling policies')}
          size="xs"
          pb={6}
          checked={isOwnAllowed.scaling}
          onChange={(event) => allow({ scaling: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('own healing policies')}
          size="xs"
          pb={6}
          checked={isOwnAllowed.healing}
          onChange={(event) => allow({ healing: event.currentTarget.checked })}
        />
        <NumberInput
          label={t('Replicas added at once')}
          size="xs"
          w={170}
          min={1}
          allowDecimal={false}
          placeholder={t('any number')}
          value={mostAtOnce ?? ''}
          onChange={(value) => change({ mostAtOnce: typeof value === 'number' ? value : null })}
        />
        <NumberField
          label={t('Replacements without a wait')}
          width={190}
          isWhole
          value={quickReplacements}
          onChange={(next) => change({ quickReplacements: next })}
        />
        <Button
          size="xs"
          loading={act.isBusy}
          disabled={JSON.stringify(draft) === JSON.stringify(bounds)}
          onClick={() => void save()}
        >
          {t('Save')}
        </Button>
      </Group>
      <Twin
        command={`crane policy bounds --most-at-once ${mostAtOnce ?? 'none'} --quick-replacements ${quickReplacements}`}
        request={{ method: 'PUT', path: '/policy-bounds', body: draft }}
      />
    </>
  );
}
