import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, done, type Schemas } from '../client/api.ts';
import { invitationsQuery } from '../client/queries.ts';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { dateTime } from '../words/format.ts';

type Role = Schemas['Invitation']['role'];

/** Codes that make somebody an account, once each. */
export function InvitationsCard() {
  const act = useAct();
  const invitations = useQuery(invitationsQuery);
  const [role, setRole] = useState<Role>('user');
  const [link, setLink] = useState<string | null>(null);
  const invite = () =>
    act.run(async () => {
      const body = { role, expiresInSeconds: 7 * 86_400 };
      const { code } = await dataOf(api.POST('/api/v1/invitations', { body }));
      setLink(`${location.origin}/#invitation=${code}`);
    });
  return (
    <Stack className="card" gap="sm" component="section" aria-label="Invitations">
      <Title order={2}>Invitations</Title>
      {act.error === null ? null : <Refused error={act.error} />}
      {link === null ? null : (
        <ShownOnce title="The link for the person" secret={link} onDone={() => setLink(null)} />
      )}
      <Asked query={invitations} lines={1}>
        {(items) =>
          items.map(({ id, role: of, expiresAt }) => (
            <Group key={id} gap="sm">
              <Text size="sm">
                for a person with the role {of}, good until {dateTime(expiresAt)}
              </Text>
              <Button
                size="compact-xs"
                variant="default"
                disabled={act.isBusy}
                onClick={() =>
                  void act.run(() =>
                    done(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } })),
                  )
                }
              >
                Withdraw
              </Button>
            </Group>
          ))
        }
      </Asked>
      <Group gap="sm" align="flex-end">
        <Select
          label="Role of the new person"
          size="xs"
          w={160}
          allowDeselect={false}
          value={role}
          onChange={(value) => setRole(value === 'admin' ? 'admin' : 'user')}
          data={['user', 'admin'] satisfies Role[]}
        />
        <Button size="xs" variant="default" loading={act.isBusy} onClick={() => void invite()}>
          Invite
        </Button>
      </Group>
    </Stack>
  );
}
