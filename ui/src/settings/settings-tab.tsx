import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, download, type App } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { HooksCard } from './hooks-card.tsx';
import { SecretsCard } from './secrets-card.tsx';
import { t } from '../words/t.ts';

/** Name, copies and ways in of an app. */
export function SettingsTab({ app }: { app: App }) {
  return (
    <Stack gap="md">
      <Rename app={app} />
      <Transfer app={app} />
      <Clone app={app} />
      <Export app={app} />
      <SecretsCard app={app} />
      <HooksCard app={app} />
    </Stack>
  );
}

function Rename({ app }: { app: App }) {
  const act = useAct();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const rename = async () => {
    let renamed = '';
    const worked = await act.run(async () => {
      const params = { path: { app: app.uniqueName } };
      const accepted = await dataOf(
        api.POST('/api/v1/apps/{app}/rename', { params, body: { name: name.trim() } }),
      );
      renamed = accepted.app.uniqueName;
    });
    if (worked) await navigate({ to: '/apps/$app', params: { app: renamed }, search: { tab: 'settings' } });
  };
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Name')}>
      <Title order={2}>{t('Name')}</Title>
      <Text size="sm" className="quiet">
        {t('Addresses follow; nothing restarts, and volumes stay.')}
      </Text>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={rename}>
        <TextField label={t('New name')} width={220} placeholder={app.name} value={name} onChange={setName} />
        <Button size="xs" loading={act.isBusy} disabled={name.trim() === ''} type="submit">
          {t('Rename')}
        </Button>
        <Twin
          command={`crane rename ${app.uniqueName} ${name.trim() === '' ? 'NAME' : name.trim()}`}
          request={{
            method: 'POST',
            path: `/apps/${app.uniqueName}/rename`,
            body: { name: name.trim() === '' ? 'NAME' : name.trim() },
          }}
        />
      </FieldRow>
    </Stack>
  );
}

function Transfer({ app }: { app: App }) {
  const act = useAct();
  const navigate = useNavigate();
  const [to, setTo] = useState('');
  const transfer = async () => {
    const params = { path: { app: app.uniqueName } };
    const worked = await act.run(() =>
      dataOf(api.POST('/api/v1/apps/{app}/transfer', { params, body: { to: to.trim() } })),
    );
    if (worked) await navigate({ to: '/apps' });
  };
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Owner')}>
      <Title order={2}>{t('Owner')}</Title>
      <Text size="sm" className="quiet">
        {t('Nothing restarts. You do not see it any more, unless a group shares it with you.')}
      </Text>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={transfer}>
        <TextField label={t('Name of the new owner')} width={220} value={to} onChange={setTo} />
        <Button size="xs" variant="default" loading={act.isBusy} disabled={to.trim() === ''} type="submit">
          {t('Give it away')}
        </Button>
        <Twin command={`crane transfer ${app.uniqueName} ${to.trim() === '' ? 'NAME' : to.trim()}`} />
      </FieldRow>
    </Stack>
  );
}

function Clone({ app }: { app: App }) {
  const act = useAct();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [withSecrets, setWithSecrets] = useState(false);
  const body = { withSecrets, ...(name.trim() === '' ? {} : { name: name.trim() }) };
  const clone = async () => {
    let made = '';
    const worked = await act.run(async () => {
      const params = { path: { app: app.uniqueName } };
      made = (await dataOf(api.POST('/api/v1/apps/{app}/clone', { params, body }))).app.uniqueName;
    });
    if (worked) await navigate({ to: '/apps/$app', params: { app: made } });
  };
  const options = `${name.trim() === '' ? '' : ` --name ${name.trim()}`}${withSecrets ? ' --with-secrets' : ''}`;
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Clone')}>
      <Title order={2}>{t('Clone')}</Title>
      <Text size="sm" className="quiet">
        {t('A new app from this release, with its own hosts and empty volumes.')}
      </Text>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={clone}>
        <TextField
          label={t('Name of the clone')}
          width={220}
          placeholder={app.name}
          value={name}
          onChange={setName}
        />
        <Checkbox
          label={t('with its secrets')}
          size="xs"
          pb={6}
          checked={withSecrets}
          onChange={(event) => setWithSecrets(event.currentTarget.checked)}
        />
        <Button size="xs" variant="default" loading={act.isBusy} type="submit">
          {t('Clone')}
        </Button>
        <Twin
          command={`crane clone ${app.uniqueName}${options}`}
          request={{ method: 'POST', path: `/apps/${app.uniqueName}/clone`, body }}
        />
      </FieldRow>
    </Stack>
  );
}

function Export({ app }: { app: App }) {
  const act = useAct();
  const save = () =>
    act.run(async () => {
      const params = { path: { app: app.uniqueName } };
      const archive = await dataOf(api.GET('/api/v1/apps/{app}/export', { params, parseAs: 'blob' }));
      if (archive instanceof Blob) download(`${app.uniqueName}.zip`, archive);
    });
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Export')}>
      <Title order={2}>{t('Export')}</Title>
      <Text size="sm" className="quiet">
        {t(
          'Files that serve it with Docker Compose alone, on a machine without Crane; no secret is in them.',
        )}
      </Text>
      {act.error === null ? null : <Refused error={act.error} />}
      <Group gap="sm">
        <Button size="xs" variant="default" loading={act.isBusy} onClick={() => void save()}>
          {t('Download the archive')}
        </Button>
        <Twin
          command={`crane export ${app.uniqueName} -o ${app.uniqueName}`}
          request={{ method: 'GET', path: `/apps/${app.uniqueName}/export` }}
        />
      </Group>
    </Stack>
  );
}
