import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf, type App } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Progress } from '../deploy/progress.tsx';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

/** Brings what the tags of the current release stand for now; nothing is deployed. */
export function PullCard({ app: { uniqueName } }: { app: App }) {
  const act = useAct();
  const [operation, setOperation] = useState<string | null>(null);
  const pull = () =>
    act.run(async () => {
      const params = { path: { app: uniqueName } };
      setOperation((await dataOf(api.POST('/api/v1/apps/{app}/pull', { params }))).operation.id);
    });
  return (
    <Card
      title={t('Newer images')}
      about={t(
        'Pulls the images that the current release names. Nothing is replaced until you deploy again.',
      )}
    >
      {act.error === null ? null : <Refused error={act.error} />}
      <Group gap="sm">
        <Button size="xs" variant="default" loading={act.isBusy} onClick={() => void pull()}>
          {t('Pull the images')}
        </Button>
        <Twin
          command={`crane pull ${uniqueName}`}
          request={{ method: 'POST', path: `/apps/${uniqueName}/pull` }}
        />
      </Group>
      {operation === null ? null : <Progress key={operation} operation={operation} title={t('Pull')} />}
    </Card>
  );
}
