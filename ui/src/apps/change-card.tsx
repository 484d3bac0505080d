import { Button, Group, TagsInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf, type App, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Changes } from '../deploy/changes.tsx';
import { Progress } from '../deploy/progress.tsx';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { ServiceField } from '../view/fields.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';
import { patchOf, setCommandOf, type ChangeDraft, type Patch } from './change-draft.ts';

type Diff = Schemas['ReleaseDiff'];

/** Image, limits and environment of a service, changed without a file: looked at first, then a new release. */
export function ChangeCard({ app }: { app: App }) {
  const { uniqueName, services } = app;
  const act = useAct();
  const [draft, setDraft] = useState(() => emptyOf(services[0]?.name ?? ''));
  const [diff, setDiff] = useState<Diff | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  const change = (part: Partial<ChangeDraft>) => {
    setDiff(null);
    setDraft((before) => ({ ...before, ...part }));
  };
  const patch = patchOf(draft);
  const look = () =>
    act.run(async () => {
      if (patch !== null) setDiff((await send(uniqueName, patch, true)).changes);
    });
  const apply = () =>
    act.run(async () => {
      if (patch === null) return;
      setOperation((await send(uniqueName, patch, false)).operation?.id ?? null);
      setDiff(null);
      setDraft(emptyOf(draft.service));
    });
  return (
    <Card
      title={t('Change a service')}
      about={t(
        'A new release that differs in nothing but this. Images that are not named stay the very ones they are.',
      )}
    >
      {act.error === null ? null : <Refused error={act.error} />}
      <DraftFields app={app} draft={draft} change={change} />
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          loading={act.isBusy && diff === null}
          disabled={patch === null}
          onClick={() => void look()}
        >
          {t('Show what would change')}
        </Button>
        <Button
          size="xs"
          loading={act.isBusy && diff !== null}
          disabled={diff === null || diff.isEmpty}
          onClick={() => void apply()}
        >
          {t('Change it')}
        </Button>
        <Twin
          command={setCommandOf(uniqueName, draft)}
          request={{ method: 'PATCH', path: `/apps/${uniqueName}`, body: patch ?? { services: {} } }}
        />
      </Group>
      <div aria-live="polite">{diff === null ? null : <Changes changes={diff} />}</div>
      {operation === null ? null : <Progress key={operation} operation={operation} />}
    </Card>
  );
}

function DraftFields({
  app: { services },
  draft,
  change,
}: {
  app: App;
  draft: ChangeDraft;
  change: (part: Partial<ChangeDraft>) => void;
}) {
  const now = services.find(({ name }) => name === draft.service);
  return (
    <>
      <Group gap="sm" align="flex-end">
        <ServiceField
          services={services}
          value={draft.service}
          onChange={(service) => change(emptyOf(service))}
        />
        <TextInput
          label={t('Image')}
          size="xs"
          w={260}
          placeholder={now?.image ?? ''}
          value={draft.image}
          onChange={(event) => change({ image: event.currentTarget.value })}
        />
        <TextInput
          label={t('Memory')}
          size="xs"
          w={100}
          placeholder="256m"
          value={draft.memory}
          onChange={(event) => change({ memory: event.currentTarget.value })}
        />
        <TextInput
          label={t('CPUs')}
          size="xs"
          w={90}
          placeholder="0.5"
          value={draft.cpus}
          onChange={(event) => change({ cpus: event.currentTarget.value })}
        />
      </Group>
      <TagsInput
        label={t('Environment')}
        size="xs"
        maw={560}
        placeholder={draft.environment.length === 0 ? 'MODE=fast' : ''}
        value={[...draft.environment]}
        onChange={(environment) => change({ environment })}
      />
      <Text size="xs" className="quiet">
        {t('NAME=value sets a variable, NAME alone takes it away; Enter adds it.')}
      </Text>
    </>
  );
}

function emptyOf(service: string): ChangeDraft {
  return { service, image: '', memory: '', cpus: '', environment: [] };
}

function send(app: string, body: Patch, dryRun: boolean) {
  return dataOf(api.PATCH('/api/v1/apps/{app}', { params: { path: { app }, query: { dryRun } }, body }));
}
