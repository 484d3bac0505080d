import { FieldRow } from '../view/field-row.tsx';
import { Button, Code, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, done, type Schemas } from '../client/api.ts';
import { secondFactorQuery } from '../client/queries.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { QrCode } from '../view/qr-code.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { dateTime } from '../words/format.ts';
import { plural, t } from '../words/t.ts';

type Begun = Schemas['SecondFactorBegun'];

/** A code of an authenticator at each login: begun, confirmed, with recovery codes, and turned off. */
export function SecondFactorCard() {
  const act = useAct();
  const query = useQuery(secondFactorQuery);
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const confirm = (code: string) =>
    act.run(async () => {
      const body = { code };
      setCodes((await dataOf(api.POST('/api/v1/me/second-factor:confirm', { body }))).codes);
      setBegun(null);
    });
  return (
    <Stack className="card" gap="sm" component="section" aria-label={t('Second factor')}>
      <Title order={2}>{t('Second factor')}</Title>
      {act.error === null ? null : <Refused error={act.error} />}
      {codes === null ? null : (
        <ShownOnce
          title={t('Recovery codes: each is good once in place of a code')}
          secret={codes.join('\n')}
          onDone={() => setCodes(null)}
        />
      )}
      {begun !== null ? (
        <Enrolment begun={begun} act={act} onConfirm={confirm} />
      ) : (
        <Asked query={query} lines={1}>
          {({ isOn, since, codesLeft }) =>
            isOn ? (
              <>
                <Text size="sm">
                  {t('Asked for at each login since {when}.', { when: dateTime(since ?? 0) })}{' '}
                  {plural(codesLeft, '{n} recovery code is left.', '{n} recovery codes are left.')}
                </Text>
                <Proof act={act} onCodes={setCodes} />
              </>
            ) : (
              <Beginning act={act} onBegun={setBegun} />
            )
          }
        </Asked>
      )}
    </Stack>
  );
}

function Beginning({ act, onBegun }: { act: Act; onBegun: (begun: Begun) => void }) {
  const [password, setPassword] = useState('');
  const begin = () =>
    act.run(async () => onBegun(await dataOf(api.POST('/api/v1/me/second-factor', { body: { password } }))));
  return (
    <>
      <Text size="sm" className="quiet">
        {t('Whoever learns your password still needs a code of your phone. Any authenticator app will do.')}
      </Text>
      <FieldRow onSubmit={begin}>
        <PasswordField value={password} onChange={setPassword} />
        <Button size="xs" loading={act.isBusy} disabled={password === ''} type="submit">
          {t('Set it up')}
        </Button>
      </FieldRow>
    </>
  );
}

function Enrolment({
  begun: { secret, uri, qr },
  act,
  onConfirm,
}: {
  begun: Begun;
  act: Act;
  onConfirm: (code: string) => Promise<unknown>;
}) {
  const [code, setCode] = useState('');
  return (
    <Group gap="lg" align="flex-start">
      {qr === null ? null : <QrCode rows={qr} label={t('The address of the authenticator as a QR code')} />}
      <Stack gap="sm" maw={420}>
        <Text size="sm">{t('Read this with your authenticator, or type the secret into it:')}</Text>
        <Code className="wrap-anywhere">{qr === null ? uri : secret}</Code>
        <Group gap="sm" align="flex-end">
          <CodeField value={code} onChange={setCode} />
          <Button
            size="xs"
            loading={act.isBusy}
            disabled={code.trim() === ''}
            onClick={() => void onConfirm(code.trim())}
          >
            {t('Turn it on')}
          </Button>
        </Group>
      </Stack>
    </Group>
  );
}

function Proof({ act, onCodes }: { act: Act; onCodes: (codes: readonly string[]) => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const body = { password, code: code.trim() };
  const isReady = password !== '' && body.code !== '';
  const forget = (worked: boolean): void => {
    setCode('');
    if (worked) setPassword('');
  };
  const renew = () =>
    act.run(async () => onCodes((await dataOf(api.POST('/api/v1/me/second-factor:codes', { body }))).codes));
  const end = () => act.run(() => done(api.POST('/api/v1/me/second-factor:end', { body })));
  return (
    <Group gap="sm" align="flex-end">
      <PasswordField value={password} onChange={setPassword} />
      <CodeField value={code} onChange={setCode} />
      <Button
        size="xs"
        variant="default"
        loading={act.isBusy}
        disabled={!isReady}
        onClick={() => void renew().then(forget)}
      >
        {t('New recovery codes')}
      </Button>
      <Button
        size="xs"
        variant="default"
        color="red"
        disabled={!isReady || act.isBusy}
        onClick={() => void end().then(forget)}
      >
        {t('Turn it off')}
      </Button>
    </Group>
  );
}

type Field = { value: string; onChange: (value: string) => void };

function PasswordField({ value, onChange }: Field) {
  return (
    <PasswordInput
      label={t('Your password')}
      size="xs"
      w={220}
      autoComplete="current-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function CodeField({ value, onChange }: Field) {
  return (
    <TextInput
      label={t('Code of the authenticator')}
      size="xs"
      w={180}
      autoComplete="one-time-code"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
