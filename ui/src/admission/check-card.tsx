import { FieldRow } from '../view/field-row.tsx';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { ComposeEditor } from '../deploy/compose-editor.tsx';
import { Refused } from '../view/asked.tsx';
import { ChoiceField } from '../view/fields.tsx';
import { State } from '../view/state.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';
import { checkFile } from './admission-calls.ts';
import { Violations } from './violations.tsx';

const sample = `name: sample
services:
  web:
    image: nginx:latest
    privileged: true
    volumes: ['/var/run/docker.sock:/var/run/docker.sock']
`;

type Whom = 'me' | 'user' | 'admin';

/** A compose file tried against the policies; nothing is stored or pulled. */
export function CheckCard() {
  const act = useAct();
  const isAdmin = useIsAdmin();
  const [text, setText] = useState(sample);
  const [whom, setWhom] = useState<Whom>('me');
  const [answer, setAnswer] = useState<Schemas['AdmissionCheck'] | null>(null);
  const role = whom === 'me' ? null : whom;
  const check = () =>
    act.run(async () => {
      setAnswer(null);
      setAnswer(await checkFile(text, role));
    });
  return (
    <Stack gap="sm" maw={1100}>
      <Text size="sm" className="quiet">
        {t('Nothing is stored, pulled or started by it.')}
      </Text>
      <ComposeEditor
        initial={sample}
        onChange={(next) => {
          setText(next);
          setAnswer(null);
        }}
        onSubmit={() => void check()}
      />
      <FieldRow onSubmit={check}>
        {isAdmin ? (
          <ChoiceField<Whom>
            label={t('As whom')}
            value={whom}
            onChange={setWhom}
            choices={[
              { value: 'me', label: t('as myself') },
              { value: 'user', label: t('as a user') },
              { value: 'admin', label: t('as an admin') },
            ]}
          />
        ) : null}
        <Button size="xs" loading={act.isBusy} disabled={text.trim() === ''} type="submit">
          {t('Ask the policies')}
        </Button>
        <Twin
          command={`crane admission check -f compose.yaml${role === null ? '' : ` --role ${role}`}`}
          request={{
            method: 'POST',
            path: '/admission:check',
            body: { files: [{ path: 'compose.yaml', text }], ...(role === null ? {} : { role }) },
          }}
        />
      </FieldRow>
      {act.error === null ? null : <Refused error={act.error} />}
      {answer === null ? null : <Answer answer={answer} />}
    </Stack>
  );
}

function Answer({
  answer: { isAllowed, violations, settingsVersion },
}: {
  answer: Schemas['AdmissionCheck'];
}) {
  return (
    <Stack gap="xs" aria-live="polite">
      <Group gap="sm">
        <State state={isAllowed ? 'admitted' : 'refused'} />
        <Text size="sm">
          {violations.length === 0
            ? t('The policies find nothing.')
            : isAllowed
              ? t('It may run; the policies want this to be known.')
              : t('It may not run.')}{' '}
          <span className="quiet">{t('Settings of version {version}.', { version: settingsVersion })}</span>
        </Text>
      </Group>
      {violations.length === 0 ? null : <Violations violations={violations} />}
    </Stack>
  );
}
