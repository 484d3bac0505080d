import { Button, Center, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { ApiProblem } from '../client/api.ts';
import { setToken } from '../client/session.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';

/** Asks for a token; `crane ui` brings one along. */
export function LoginPage() {
  const [text, setText] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const logIn = async (): Promise<void> => {
    setIsAsking(true);
    setError(await tryToken(text.trim()));
    setIsAsking(false);
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void logIn();
  };
  return (
    <Center mih="80vh" p="md" component="main">
      <form onSubmit={onSubmit} style={{ width: 400, maxWidth: '100%' }}>
        <Stack>
          <Group gap="sm">
            <img src="/crane.svg" alt="" width={40} height={40} />
            <Title order={1}>Crane</Title>
          </Group>
          <Text className="quiet">This opens the pages without asking for anything:</Text>
          <Twin command="crane ui" />
          <PasswordInput
            label="Or a token"
            placeholder="crane_…"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
          {error === null ? null : <Refused error={error} />}
          <Button type="submit" loading={isAsking}>
            Log in
          </Button>
        </Stack>
      </form>
    </Center>
  );
}

/** Null when the token was taken. */
async function tryToken(token: string): Promise<Error | null> {
  try {
    const answer = await fetch('/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
    if (answer.ok) {
      setToken(token);
      return null;
    }
    if (answer.status === 401) return new ApiProblem(401, null, 'This token is wrong, expired or revoked.');
    return new ApiProblem(answer.status, null, `The control plane answered ${answer.status}.`);
  } catch {
    return new ApiProblem(0, null, 'The control plane cannot be reached.');
  }
}
