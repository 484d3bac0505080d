import { Button, Group, NumberInput, Text } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf, type App } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

/** Two releases that serve at once: how the requests are shared, and which one it will be. */
export function CanaryCard({ app }: { app: App }) {
  const act = useAct();
  const [weight, setWeight] = useState<number | null>(null);
  if (app.canary === null) return null;
  const { release, weight: present } = app.canary;
  const params = { path: { app: app.uniqueName } };
  const share = weight ?? present;
  return (
    <section className="card" aria-label={t('Canary')}>
      {act.error === null ? null : <Refused error={act.error} />}
      <Group gap="sm" align="flex-end">
        <Text size="sm">
          {t(
            'Release {release} is tried with {present} of 100 requests; release {current} serves the others.',
            { release, present, current: app.release ?? '–' },
          )}
        </Text>
        <NumberInput
          label={t('Of 100 requests')}
          size="xs"
          w={120}
          min={0}
          max={100}
          value={share}
          onChange={(value) => setWeight(typeof value === 'number' ? value : null)}
        />
        <Button
          size="xs"
          variant="default"
          loading={act.isBusy}
          disabled={share === present}
          onClick={() =>
            void act.run(() =>
              dataOf(api.PUT('/api/v1/apps/{app}/canary', { params, body: { weight: share } })),
            )
          }
        >
          {t('Share like this')}
        </Button>
        <Button
          size="xs"
          loading={act.isBusy}
          onClick={() => void act.run(() => dataOf(api.POST('/api/v1/apps/{app}/promote', { params })))}
        >
          {t('Promote release {release}', { release })}
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={act.isBusy}
          onClick={() => void act.run(() => dataOf(api.DELETE('/api/v1/apps/{app}/canary', { params })))}
        >
          {t('Abort')}
        </Button>
        <Twin
          command={`crane canary ${app.uniqueName} ${share}`}
          request={{ method: 'PUT', path: `/apps/${app.uniqueName}/canary`, body: { weight: share } }}
        />
      </Group>
    </section>
  );
}
