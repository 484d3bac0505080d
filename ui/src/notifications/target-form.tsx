import { Button, Checkbox, Group, MultiSelect, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { AppField } from '../view/app-field.tsx';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { ChoiceField } from '../view/fields.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { Twin } from '../view/twin.tsx';
import { wordOf } from '../words/codes.ts';
import { t } from '../words/t.ts';
import { addTarget } from './notification-calls.ts';
import { PlaceFields } from './place-fields.tsx';
import { commandOf, emptyDraft, isComplete, targetOf, type About, type TargetDraft } from './target-draft.ts';

const abouts = [
  'alert',
  'decision',
  'healing',
  'deployment',
  'part',
  'scan',
  'trouble',
] as const satisfies readonly About[];
const severities = ['info', 'warning', 'critical'] as const;
const forEverybody = [
  { value: 'slack', label: 'Slack' },
  { value: 'smtp', label: 'Mail (SMTP)' },
  { value: 'webhook', label: 'Webhook' },
] as const;
/** Receivers of Alertmanager. */
const forAdmins = [
  { value: 'teams', label: 'Microsoft Teams' },
  { value: 'pagerduty', label: 'PagerDuty' },
  { value: 'jira', label: 'Jira' },
] as const;

/** A new place to be told: what it is, where, and about what. */
export function TargetForm() {
  const act = useAct();
  const isAdmin = useIsAdmin();
  const [draft, setDraft] = useState(emptyDraft);
  const [secret, setSecret] = useState<string | null>(null);
  const change = (part: Partial<TargetDraft>) => setDraft((before) => ({ ...before, ...part }));
  const add = async () => {
    const isDone = await act.run(async () => setSecret((await addTarget(targetOf(draft))).secret));
    if (isDone) setDraft({ ...emptyDraft, kind: draft.kind });
  };
  return (
    <Card title={t('New target')}>
      {act.error === null ? null : <Refused error={act.error} />}
      {secret === null ? null : (
        <ShownOnce
          title={t('The secret that its messages are signed with')}
          secret={secret}
          onDone={() => setSecret(null)}
        />
      )}
      <Group gap="sm" align="flex-end">
        <ChoiceField
          label={t('Kind')}
          width={150}
          value={draft.kind}
          onChange={(kind) => change({ kind, secret: '' })}
          choices={[...forEverybody, ...(isAdmin ? forAdmins : [])]}
        />
        <TextInput
          label={t('Name')}
          size="xs"
          w={130}
          placeholder="team"
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <PlaceFields draft={draft} change={change} />
      </Group>
      <AboutFields draft={draft} change={change} />
      <Group gap="sm">
        <Button size="xs" loading={act.isBusy} disabled={!isComplete(draft)} onClick={() => void add()}>
          {t('Add the target')}
        </Button>
        <Twin
          command={commandOf(draft)}
          request={{ method: 'POST', path: '/notification-targets', body: targetOf(draft, 'SECRET') }}
        />
      </Group>
    </Card>
  );
}

function AboutFields({
  draft: { severity, app, kinds, matchers, isToldEnd },
  change,
}: {
  draft: TargetDraft;
  change: (part: Partial<TargetDraft>) => void;
}) {
  return (
    <Group gap="sm" align="flex-end">
      <ChoiceField
        label={t('At least')}
        width={120}
        value={severity}
        onChange={(next) => change({ severity: next })}
        choices={severities.map((value) => ({ value, label: wordOf(value) }))}
      />
      <MultiSelect
        label={t('About')}
        size="xs"
        w={240}
        clearable
        placeholder={kinds.length === 0 ? t('everything') : ''}
        value={[...kinds]}
        onChange={(values) => change({ kinds: abouts.filter((about) => values.includes(about)) })}
        data={abouts.map((value) => ({ value, label: wordOf(value) }))}
      />
      <AppField value={app} onChange={(next) => change({ app: next })} />
      <TagsInput
        label={t('Only where')}
        size="xs"
        w={200}
        placeholder={matchers.length === 0 ? 'alert=slow*' : ''}
        value={[...matchers]}
        onChange={(next) => change({ matchers: next })}
      />
      <Checkbox
        label={t('also when it is over')}
        size="xs"
        pb={6}
        checked={isToldEnd}
        onChange={(event) => change({ isToldEnd: event.currentTarget.checked })}
      />
    </Group>
  );
}
