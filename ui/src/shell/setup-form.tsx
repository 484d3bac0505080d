import { Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { api, dataOf } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { t } from '../words/t.ts';
import { logIn } from './log-in.ts';

/** The first run: whoever has the setup token of the console becomes the first admin. */
export function SetupForm() {
  const act = useAct();
  const [setupToken, setSetupToken] = useState(() => /^#setup=(.+)$/.exec(location.hash)?.[1] ?? '');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const asked = { name: name.trim(), password };
    void act.run(async () => {
      await dataOf(api.POST('/api/v1/setup', { body: { setupToken: setupToken.trim(), ...asked } }));
      history.replaceState(null, '', location.pathname);
      await logIn(asked);
    });
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        <Title order={2}>{t('Nobody is here yet')}</Title>
        <Text size="sm">{t('Make yourself the first admin. Others are added later, by you.')}</Text>
        <TextInput
          label={t('Setup token')}
          description={t(
            'From the console where Crane was started, or the file setup-token of its data folder.',
          )}
          value={setupToken}
          onChange={(event) => setSetupToken(event.currentTarget.value)}
          autoComplete="off"
          required
        />
        <TextInput
          label={t('Your name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="username"
          required
        />
        <PasswordInput
          label={t('Password')}
          description={t('At least ten characters; length counts, what it is made of does not.')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          required
        />
        {act.error === null ? null : <Refused error={act.error} />}
        <Button type="submit" loading={act.isBusy}>
          {t('Begin')}
        </Button>
      </Stack>
    </form>
  );
}
