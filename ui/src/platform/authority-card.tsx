import { Button, Group, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf, download, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { TextLink } from '../view/links.tsx';
import { Removal } from '../view/removal.tsx';
import { State } from '../view/state.tsx';
import { Twin } from '../view/twin.tsx';
import { dateTime } from '../words/format.ts';
import { t } from '../words/t.ts';

type Authority = Schemas['Authority'];
type What = 'leaves' | 'authority';

const authorityQuery = queryOptions({
  queryKey: ['authority'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/authority', { signal })),
});

const renew = (what: What) => dataOf(api.POST('/api/v1/authority:renew', { body: { what } }));

/** The local authority that vouches for routes with TLS. */
export function AuthorityCard() {
  const authority = useQuery(authorityQuery);
  return (
    <Card
      title={t('Certificates')}
      about={t(
        'A local authority vouches for routes with TLS. Browsers accept them once they trust its certificate: crane ca help says how.',
      )}
      aside={<Twin command="crane ca" request={{ method: 'GET', path: '/authority' }} />}
    >
      <Asked query={authority} lines={2}>
        {(found) => <About authority={found} />}
      </Asked>
    </Card>
  );
}

function About({ authority }: { authority: Authority }) {
  const { state, subject, notAfter, fingerprint, apps, certificate } = authority;
  const isAdmin = useIsAdmin();
  return (
    <>
      <Stack gap={2}>
        <Group gap="sm">
          <State state={state} />
          <Text size="sm">{t('{subject}, good until {time}', { subject, time: dateTime(notAfter) })}</Text>
        </Group>
        <Text size="sm" className="quiet wrap-anywhere">
          {'SHA-256'} <span className="mono">{fingerprint}</span>
        </Text>
        <Group gap="xs">
          <Text size="sm" className="quiet">
            {apps.length === 0 ? t('No app has a route with TLS.') : t('It vouches for:')}
          </Text>
          {apps.map((app) => (
            <TextLink key={app} to="/apps/$app" params={{ app }} size="sm">
              {app}
            </TextLink>
          ))}
        </Group>
      </Stack>
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            download('crane-ca.pem', new Blob([certificate], { type: 'application/x-pem-file' }))
          }
        >
          {t('Download the certificate')}
        </Button>
        {isAdmin ? <Renewals /> : null}
      </Group>
    </>
  );
}

function Renewals() {
  const act = useAct();
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={act.isBusy}
        onClick={() => void act.run(() => renew('leaves'))}
      >
        {t('Issue those of all apps anew')}
      </Button>
      <Removal
        label={t('New authority…')}
        title={t('New authority…')}
        size="xs"
        name="authority"
        consequence={t('Everybody has to trust the new certificate again. Requests under way go on.')}
        command="crane ca renew --authority"
        request={{ method: 'POST', path: '/authority:renew', body: { what: 'authority' } }}
        remove={() => renew('authority')}
      />
      <Twin
        command="crane ca renew"
        request={{ method: 'POST', path: '/authority:renew', body: { what: 'leaves' } }}
      />
      {act.error === null ? null : <Refused error={act.error} />}
    </>
  );
}
