import { ButtonLink } from '../view/links.tsx';
import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../client/api.ts';
import { composeQuery } from '../client/queries.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { Changes } from './changes.tsx';
import { ComposeEditor } from './compose-editor.tsx';
import { Progress } from './progress.tsx';
import { t } from '../words/t.ts';
import { ImportCard } from './import-card.tsx';

const sample = `name: whoami
services:
  web:
    image: crane/whoami:1
    x-crane:
      route: { port: 8080 }
      scale: { min: 1, max: 3, target: { requestsPerSecond: 50 } }
`;

type Preview = Schemas['DeploymentPreview'];
type Accepted = { app: string; operation: string };

/** A Compose file in, a plan to look at, then the deployment step by step. */
export function DeployPage() {
  const { app } = useSearch({ from: '/deploy' });
  if (app === undefined)
    return (
      <Stack maw={960}>
        <DeployForm key="new" app={null} initial={sample} />
        <ImportCard />
      </Stack>
    );
  return <Redeploy app={app} />;
}

function Redeploy({ app }: { app: string }) {
  const compose = useQuery({ ...composeQuery(app), staleTime: Number.POSITIVE_INFINITY });
  if (compose.data === undefined) return compose.error === null ? null : <Refused error={compose.error} />;
  return <DeployForm key={app} app={app} initial={compose.data} />;
}

function DeployForm({ app, initial }: { app: string | null; initial: string }) {
  const [text, setText] = useState(initial);
  const [name, setName] = useState('');
  const [preview, setPreview] = useState<Preview | null>(null);
  const [accepted, setAccepted] = useState<Accepted | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const change = (value: string): void => {
    setText(value);
    setPreview(null);
    setError(null);
  };
  const run = async (work: () => Promise<void>): Promise<void> => {
    setIsBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
    setIsBusy(false);
  };
  const body = { files: [{ path: 'compose.yaml', text }] };
  const named = name.trim() === '' ? body : { ...body, name: name.trim() };
  return (
    <Stack maw={960}>
      <Title order={1}>{app === null ? t('Deploy an app') : t('Deploy {app}', { app })}</Title>
      {app === null ? (
        <TextInput
          label={t('Name')}
          description={t('Left empty, the name in the file counts.')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maw={320}
        />
      ) : null}
      <ComposeEditor
        initial={initial}
        onChange={change}
        onSubmit={() => void run(async () => setPreview(await plan(app, named)))}
      />
      {error === null ? null : <Refused error={error} />}
      {preview === null ? null : <Plan preview={preview} />}
      {accepted === null ? (
        <Group>
          <Button
            variant={preview === null ? 'filled' : 'default'}
            loading={isBusy && preview === null}
            onClick={() => void run(async () => setPreview(await plan(app, named)))}
          >
            {t('Show the plan')}
          </Button>
          <Button
            variant={preview === null ? 'default' : 'filled'}
            loading={isBusy && preview !== null}
            disabled={preview === null}
            onClick={() => void run(async () => setAccepted(await deploy(app, named)))}
          >
            {t('Deploy')}
          </Button>
          <Twin
            command={
              app === null ? 'crane deploy -f compose.yaml' : `crane deploy -f compose.yaml --app ${app}`
            }
          />
        </Group>
      ) : (
        <Stack>
          <Progress operation={accepted.operation} />
          <Group>
            <ButtonLink to="/apps/$app" params={{ app: accepted.app }} variant="default">
              {t('To {app}', { app: accepted.app })}
            </ButtonLink>
          </Group>
        </Stack>
      )}
    </Stack>
  );
}

type Body = { files: { path: string; text: string }[]; name?: string };

async function plan(app: string | null, body: Body): Promise<Preview> {
  if (app === null) return dataOf(api.POST('/api/v1/apps:plan', { body }));
  const params = { path: { app } };
  return dataOf(api.POST('/api/v1/apps/{app}/deployments:plan', { params, body: { files: body.files } }));
}

async function deploy(app: string | null, body: Body): Promise<Accepted> {
  const params = { path: { app: app ?? '' } };
  const accepted =
    app === null
      ? await dataOf(api.POST('/api/v1/apps', { body }))
      : await dataOf(api.POST('/api/v1/apps/{app}/deployments', { params, body: { files: body.files } }));
  return { app: accepted.app.uniqueName, operation: accepted.operation.id };
}

function Plan({ preview: { changes, toPull, warnings } }: { preview: Preview }) {
  return (
    <section className="card">
      <Title order={2} mb="xs">
        {t('The plan')}
      </Title>
      <Changes changes={changes} />
      {toPull.length === 0 ? null : (
        <Text size="sm">{t('pulled: {images}', { images: toPull.join(', ') })}</Text>
      )}
      {warnings.length === 0 ? null : (
        <Alert color="yellow" mt="xs" title={t('To know')}>
          {warnings.map(({ message, place }) => (
            <Text size="sm" key={message}>
              <span className="mono">{place ?? ''}</span> {message}
            </Text>
          ))}
        </Alert>
      )}
    </section>
  );
}
