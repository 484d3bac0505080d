import { FieldRow } from '../view/field-row.tsx';
import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, done, type Schemas } from '../client/api.ts';
import { invitationsQuery } from '../client/queries.ts';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { dateTime } from '../words/format.ts';
import { t } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';

type Role = Schemas['Invitation']['role'];
const roles: readonly Role[] = ['user', 'admin'];

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
    <Stack className="card" gap="sm" component="section" aria-label={t('Invitations')}>
      <Title order={2}>{t('Invitations')}</Title>
      {act.error === null ? null : <Refused error={act.error} />}
      {link === null ? null : (
        <ShownOnce title={t('The link for the person')} secret={link} onDone={() => setLink(null)} />
      )}
      <Asked query={invitations} lines={1}>
        {(items) =>
          items.map(({ id, role: of, expiresAt }) => (
            <Group key={id} gap="sm">
              <Text size="sm">
                {t('for a person with the role {role}, good until {expiresAt}', {
                  role: wordOf(of),
                  expiresAt: dateTime(expiresAt),
                })}
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
                {t('Withdraw')}
              </Button>
            </Group>
          ))
        }
      </Asked>
      <FieldRow onSubmit={invite}>
        <Select
          label={t('Role of the new person')}
          size="xs"
          w={160}
          allowDeselect={false}
          value={role}
          onChange={(value) => setRole(value === 'admin' ? 'admin' : 'user')}
          data={roles.map((value) => ({ value, label: wordOf(value) }))}
        />
        <Button size="xs" variant="default" loading={act.isBusy} type="submit">
          {t('Invite')}
        </Button>
      </FieldRow>
    </Stack>
  );
}
