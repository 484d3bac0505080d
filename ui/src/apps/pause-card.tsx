import { Button, Group, Text } from '@mantine/core';
import { api, dataOf, type App } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';

/** A deployment under way can be held before its next step; both releases serve meanwhile. */
export function PauseCard({ app }: { app: App }) {
  const act = useAct();
  if (app.paused === null && app.state !== 'deploying') return null;
  const params = { path: { app: app.uniqueName } };
  const isPaused = app.paused !== null;
  return (
    <section className="card" aria-label={t('Deployment under way')}>
      {act.error === null ? null : <Refused error={act.error} />}
      <Group gap="sm">
        <Text size="sm">
          {isPaused
            ? t('The deployment is paused: both releases serve, and nothing is replaced until you resume it.')
            : t('A deployment is under way.')}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          loading={act.isBusy}
          onClick={() =>
            void act.run(() =>
              dataOf(
                isPaused
                  ? api.POST('/api/v1/apps/{app}/resume', { params })
                  : api.POST('/api/v1/apps/{app}/pause', { params }),
              ),
            )
          }
        >
          {isPaused ? t('Resume') : t('Pause')}
        </Button>
        <Twin
          command={`crane ${isPaused ? 'resume' : 'pause'} ${app.uniqueName}`}
          request={{ method: 'POST', path: `/apps/${app.uniqueName}/${isPaused ? 'resume' : 'pause'}` }}
        />
      </Group>
    </section>
  );
}
