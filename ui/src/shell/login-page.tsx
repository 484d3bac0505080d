import {
  Alert,
  Anchor,
  Button,
  Center,
  Divider,
  Group,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useEffect, useState, type SubmitEvent } from 'react';
import { api, ApiProblem, dataOf, type Schemas } from '../client/api.ts';
import { enter } from '../client/session.ts';
import { Refused } from '../view/asked.tsx';
import { logIn, type Credentials } from './log-in.ts';
import { SetupForm } from './setup-form.tsx';
import { Twin } from '../view/twin.tsx';
import { languages, chooseLanguage, useLanguage } from '../words/language.ts';
import { t, type PlainSentence } from '../words/t.ts';

const providerUrl = '/api/v1/auth/provider/login';

type Way = 'password' | 'invitation' | 'token';

/** Asks who is there: by name and password, by an invitation, or by a token; `crane ui` brings one along. */
export function LoginPage() {
  const [way, setWay] = useState<Way>(() =>
    location.hash.startsWith('#invitation=') ? 'invitation' : 'password',
  );
  const entrance = useEntrance();
  const [refusal] = useState(readRefusal);
  return (
    <Center mih="80vh" p="md" component="main">
      <Stack w={400} maw="100%">
        <Group gap="sm">
          <img src="/crane.svg" alt="" width={40} height={40} />
          <Title order={1}>Crane</Title>
        </Group>
        {refusal === null ? null : (
          <Alert color="red" title={t('That did not work')}>
            {t(refusal)}
          </Alert>
        )}
        {entrance?.isSetUp === false ? (
          <SetupForm />
        ) : (
          <>
            <Form key={way} way={way} />
            {entrance == null || entrance.provider === null ? null : (
              <Button component="a" href={providerUrl} variant="default">
                {t('Log in with {provider}', { provider: entrance.provider.name })}
              </Button>
            )}
            <Group gap="md">
              {(['password', 'invitation', 'token'] as const)
                .filter((other) => other !== way)
                .map((other) => (
                  <Anchor key={other} component="button" size="sm" onClick={() => setWay(other)}>
                    {t(names[other])}
                  </Anchor>
                ))}
            </Group>
          </>
        )}
        <Divider />
        {entrance?.isSetUp === false ? null : (
          <>
            <Text size="sm" className="quiet">
              {t('On the machine itself, this opens the pages without asking for anything:')}
            </Text>
            <Twin command="crane ui" />
          </>
        )}
        <OtherLanguages />
      </Stack>
    </Center>
  );
}

/** How people get in here; undefined until it is known. */
function useEntrance(): Schemas['Entrance'] | undefined {
  const [entrance, setEntrance] = useState<Schemas['Entrance']>();
  useEffect(() => {
    // Without an answer the form stays, and says so when it is sent.
    dataOf(api.GET('/api/v1/entrance')).then(setEntrance, () => undefined);
  }, []);
  return entrance;
}

const refusals = new Map<string, PlainSentence>([
  ['auth.registration_closed', 'Nobody here is known to be you. Ask an admin for an account.'],
  ['part.unavailable', 'The provider cannot be reached. Try again later, or log in by password.'],
]);

/** Why a login by the provider did not work: a code of the address, never its words. */
function readRefusal(): PlainSentence | null {
  const code = /^#refused=([\w.]+)$/.exec(location.hash)?.[1];
  if (code === undefined) return null;
  history.replaceState(null, '', location.pathname);
  return refusals.get(code) ?? 'The provider did not let you in, or it took too long. Begin again.';
}

/** Whoever cannot read this page finds their own language on it. */
function OtherLanguages() {
  const spoken = useLanguage();
  return (
    <Group gap="md">
      {languages
        .filter(({ language }) => language !== spoken)
        .map(({ language, name }) => (
          <Anchor
            key={language}
            component="button"
            size="sm"
            lang={language}
            onClick={() => chooseLanguage(language)}
          >
            {name}
          </Anchor>
        ))}
    </Group>
  );
}

const names: Record<Way, PlainSentence> = {
  password: 'with a password',
  invitation: 'make an account',
  token: 'with a token',
};

function Form({ way }: { way: Way }) {
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [invitation, setInvitation] = useState(() => location.hash.replace(/^#invitation=/, ''));
  // Null until the control plane asks for one.
  const [code, setCode] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    setIsAsking(true);
    const asked = {
      name: name.trim(),
      password: secret,
      ...(code === null || code.trim() === '' ? {} : { code: code.trim() }),
    };
    const work = {
      password: () => logIn(asked),
      invitation: () => register(asked, invitation.trim()),
      token: () => tryToken(secret.trim()),
    }[way];
    void work()
      .catch((failure: unknown) => {
        const isCodeNeeded = failure instanceof ApiProblem && failure.problem?.code === 'auth.code_needed';
        if (isCodeNeeded) setCode((before) => before ?? '');
        setError(isCodeNeeded ? null : failure instanceof Error ? failure : new Error(String(failure)));
      })
      .finally(() => setIsAsking(false));
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        {way === 'invitation' ? (
          <TextInput
            label={t('Invitation')}
            description={t('Left empty where anybody may make an account.')}
            value={invitation}
            onChange={(event) => setInvitation(event.currentTarget.value)}
          />
        ) : null}
        {way === 'token' ? null : (
          <TextInput
            label={t('Name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="username"
            required
          />
        )}
        <PasswordInput
          label={way === 'token' ? t('Token') : t('Password')}
          placeholder={way === 'token' ? 'crane_…' : ''}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          autoComplete={way === 'invitation' ? 'new-password' : 'current-password'}
          required
        />
        {way !== 'password' || code === null ? null : (
          <TextInput
            label={t('Code of the authenticator')}
            description={t('Or a recovery code.')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            autoFocus
            required
          />
        )}
        {error === null ? null : <Refused error={error} />}
        <Button type="submit" loading={isAsking}>
          {way === 'invitation' ? t('Make the account') : t('Log in')}
        </Button>
      </Stack>
    </form>
  );
}

async function register(asked: Credentials, invitation: string): Promise<void> {
  const body = invitation === '' ? asked : { ...asked, invitation };
  await dataOf(api.POST('/api/v1/registrations', { body }));
  await logIn(asked);
  history.replaceState(null, '', location.pathname);
}

async function tryToken(token: string): Promise<void> {
  const answer = await fetch('/api/v1/me', { headers: { authorization: `Bearer ${token}` } }).catch(() => {
    throw new ApiProblem(0, null, t('The control plane cannot be reached.'));
  });
  if (answer.ok) enter(token);
  else if (answer.status === 401)
    throw new ApiProblem(401, null, t('This token is wrong, expired or revoked.'));
  else
    throw new ApiProblem(
      answer.status,
      null,
      t('The control plane answered {status}.', { status: answer.status }),
    );
}
