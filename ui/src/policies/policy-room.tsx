import { TextField } from '../view/fields.tsx';
import { Button, Group, SegmentedControl, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../client/api.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { CodeEditor } from '../view/code-editor.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { Judgement } from './judgement.tsx';
import {
  activate,
  judge,
  policyActivationsQuery,
  policyFilesQuery,
  policyRevisionsQuery,
  policyStateQuery,
  readRevision,
  rollBack,
  save,
  type Kind,
  type PolicyFile,
  type Scope,
} from './policy-calls.ts';
import { rego } from './rego.ts';
import { Rows } from '../view/rows.tsx';
import { t, type PlainSentence } from '../words/t.ts';

/** What decides: the policy in force, a draft with its judgement, every revision. */
export function PolicyRoom({ scope }: { scope: Scope }) {
  const [kind, setKind] = useState<Kind>('scaling');
  const files = useQuery(policyFilesQuery(scope));
  const [opened, setOpened] = useState<{ from: string; files: PolicyFile[] } | null>(null);
  const act = useAct();
  return (
    <Stack>
      <Group gap="md">
        <SegmentedControl
          size="xs"
          aria-label={t('What the policy is about')}
          value={kind}
          onChange={(value) => {
            setKind(value === 'healing' ? 'healing' : 'scaling');
            setOpened(null);
          }}
          data={(['scaling', 'healing'] satisfies Kind[]).map((value) => ({ value, label: t(value) }))}
        />
        <InForce scope={scope} kind={kind} act={act} />
      </Group>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={files} lines={8}>
        {(all) => (
          <Draft
            key={`${kind} ${opened?.from ?? ''}`}
            scope={scope}
            kind={kind}
            from={opened?.from ?? t('the policy in force')}
            initial={(opened?.files ?? all).filter(({ path }) => path.startsWith(`${kind}/`))}
          />
        )}
      </Asked>
      <Revisions
        scope={scope}
        kind={kind}
        act={act}
        onOpen={(number) =>
          void act.run(async () =>
            setOpened({
              from: t('revision {number}', { number }),
              files: await readRevision(scope, kind, number),
            }),
          )
        }
      />
    </Stack>
  );
}

const sources: Record<Schemas['PolicyState']['source'], PlainSentence> = {
  shipped: 'what Crane ships',
  platform: 'a policy of the platform',
  app: 'a policy of this app',
};

function InForce({ scope, kind, act }: { scope: Scope; kind: Kind; act: Act }) {
  const state = useQuery(policyStateQuery(scope, kind));
  return (
    <Asked query={state} lines={1}>
      {({ source, number, at, by, isResting }) => (
        <Group gap="sm">
          <Text size="sm">
            {t('In force: {what}.', {
              what: [
                t(sources[source]),
                ...(number === null || number === 0 ? [] : [t('revision {number}', { number })]),
                ...(at === null ? [] : [t('by {name}', { name: by })]),
              ].join(', '),
            })}{' '}
            {isResting ? t('It is at rest, because the admin does not allow own policies.') : ''}
          </Text>
          {at === null ? null : (
            <Button
              size="compact-xs"
              variant="default"
              disabled={act.isBusy}
              onClick={() => void act.run(() => rollBack(scope, kind))}
            >
              {t('As before the last change')}
            </Button>
          )}
        </Group>
      )}
    </Asked>
  );
}

function Draft({
  scope,
  kind,
  from,
  initial,
}: {
  scope: Scope;
  kind: Kind;
  from: string;
  initial: readonly PolicyFile[];
}) {
  const act = useAct();
  const [files, setFiles] = useState(initial);
  const [path, setPath] = useState(() => initial.find((file) => file.path.endsWith('.rego'))?.path ?? '');
  const [note, setNote] = useState('');
  const [judgement, setJudgement] = useState<Schemas['PolicyJudgement'] | null>(null);
  const [saved, setSaved] = useState<number | null>(null);
  const open = files.find((file) => file.path === path);
  const isChanged = files.some((file, index) => file.text !== initial[index]?.text);
  const change = (text: string) => {
    setJudgement(null);
    setSaved(null);
    setFiles((before) => before.map((file) => (file.path === path ? { path, text } : file)));
  };
  const look = () => act.run(async () => setJudgement(await judge(scope, [...files], 500)));
  const keep = () => act.run(async () => setSaved((await save(scope, kind, [...files], note)).number));
  const option = scope === null ? '' : ` --app ${scope}`;
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Draft')}>
      <Group justify="space-between">
        <Title order={2}>{t('Draft, from {from}', { from })}</Title>
        <Select
          aria-label={t('File')}
          size="xs"
          w={240}
          allowDeselect={false}
          value={path}
          onChange={(value) => setPath(value ?? path)}
          data={files.map((file) => file.path)}
        />
      </Group>
      {open === undefined ? null : (
        <CodeEditor
          key={path}
          label={path}
          initial={open.text}
          language={rego}
          onChange={change}
          onSubmit={() => void look()}
        />
      )}
      <Group gap="sm" align="flex-end">
        <Button size="xs" variant="default" loading={act.isBusy} onClick={() => void look()}>
          {t('Check, test and try on recorded decisions')}
        </Button>
        <TextField
          label={t('Why')}
          width={260}
          placeholder={t('calmer at night')}
          value={note}
          onChange={setNote}
        />
        <Button size="xs" loading={act.isBusy} disabled={!isChanged} onClick={() => void keep()}>
          {t('Save as a revision')}
        </Button>
        <Text size="sm" aria-live="polite">
          {saved === null
            ? ''
            : t('Saved as revision {saved}; it decides when it is put into force.', { saved })}
        </Text>
      </Group>
      <Twin command={`crane policy dry-run ${path.split('/').at(-1) ?? ''}${option}`} />
      {act.error === null ? null : <Refused error={act.error} />}
      {judgement === null ? null : <Judgement judgement={judgement} />}
    </Stack>
  );
}

function Revisions({
  scope,
  kind,
  act,
  onOpen,
}: {
  scope: Scope;
  kind: Kind;
  act: Act;
  onOpen: (number: number) => void;
}) {
  const revisions = useQuery(policyRevisionsQuery(scope, kind));
  const activations = useQuery(policyActivationsQuery(scope, kind));
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Revisions')}>
      <Title order={2}>{t('Revisions')}</Title>
      <Asked query={revisions} lines={1}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {t('None yet: what Crane ships decides.')}
            </Text>
          ) : (
            <Rows minWidth={520}>
              {items.map(({ number, revision, note, by, at, isActive }) => (
                <Table.Tr key={number}>
                  <Table.Td className="number">{number}</Table.Td>
                  <Table.Td className="mono">{revision.slice(0, 12)}</Table.Td>
                  <Table.Td>{note}</Table.Td>
                  <Table.Td>
                    {by}, <TimeAgo at={at} />
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs" justify="flex-end" wrap="nowrap">
                      <Button size="compact-xs" variant="default" onClick={() => onOpen(number)}>
                        {t('Open')}
                      </Button>
                      {isActive ? (
                        <Text size="sm">{t('in force')}</Text>
                      ) : (
                        <Button
                          size="compact-xs"
                          variant="default"
                          disabled={act.isBusy}
                          onClick={() => void act.run(() => activate(scope, kind, number))}
                        >
                          {t('Put into force')}
                        </Button>
                      )}
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Asked>
      {activations.data === undefined || activations.data.length === 0 ? null : (
        <details>
          <summary>{t('What was in force since when')}</summary>
          {activations.data.map(({ at, by, number, note }) => (
            <Text key={at} size="sm">
              <TimeAgo at={at} />:{' '}
              {number === null || number === 0 ? t('what Crane ships') : t('revision {number}', { number })},{' '}
              {t('by {name}', { name: by })}
              {note === '' ? '' : `: ${note}`}
            </Text>
          ))}
        </details>
      )}
    </Stack>
  );
}
