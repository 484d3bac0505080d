import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { Dialog } from '../view/dialog.tsx';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type App } from '../client/api.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import type { ApiRequest } from '../words/shell.ts';
import { t } from '../words/t.ts';

/** What a person asks of an app. */
export type Change =
  | { kind: 'stop' | 'start' | 'restart' | 'remove' }
  | { kind: 'rollback'; release: number; text: string };

type Asking = { change: Change | null; ask: (change: Change) => void; close: () => void };

export function useChange(): Asking {
  const [change, setChange] = useState<Change | null>(null);
  return { change, ask: setChange, close: () => setChange(null) };
}

/** Says what will happen and the command that does the same, before it happens. */
export function ChangeDialog({ app, change: { change, close } }: { app: App; change: Asking }) {
  return (
    <Dialog opened={change !== null} onClose={close} title={change === null ? '' : titleOf(change, app)}>
      {change === null ? null : <Confirm app={app} change={change} onDone={close} />}
    </Dialog>
  );
}

function Confirm({ app, change, onDone }: { app: App; change: Change; onDone: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const isRemoval = change.kind === 'remove';
  const run = async (): Promise<void> => {
    setIsBusy(true);
    try {
      await carryOut(app, change);
      onDone();
      if (isRemoval) await navigate({ to: '/apps' });
      await queries.invalidateQueries();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
    setIsBusy(false);
  };
  return (
    <Stack>
      <Text size="sm">{consequenceOf(change)}</Text>
      {isRemoval ? (
        <TextInput
          label={t('Type {uniqueName} to delete it', { uniqueName: app.uniqueName })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
      ) : null}
      <Twin command={commandOf(app, change)} request={requestOf(app, change)} />
      {error === null ? null : <Refused error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('Cancel')}
        </Button>
        <Button
          color={isRemoval ? 'red' : undefined}
          loading={isBusy}
          disabled={isRemoval && typed !== app.uniqueName}
          onClick={() => void run()}
        >
          {titleOf(change, app)}
        </Button>
      </Group>
    </Stack>
  );
}

function titleOf(change: Change, { uniqueName }: App): string {
  switch (change.kind) {
    case 'stop':
      return t('Stop {app}', { app: uniqueName });
    case 'start':
      return t('Start {app}', { app: uniqueName });
    case 'restart':
      return t('Restart {app}', { app: uniqueName });
    case 'remove':
      return t('Delete {app}', { app: uniqueName });
    case 'rollback':
      return t('Go back to release {number}', { number: change.release });
  }
}

function consequenceOf(change: Change): string {
  switch (change.kind) {
    case 'stop':
      return t('All instances are stopped. The app stays stopped until you start it; volumes stay.');
    case 'start':
      return t('The instances are made again from the present release.');
    case 'restart':
      return t('Each instance is replaced by a new one; the old one serves until the new one answers.');
    case 'remove':
      return t(
        'Instances, networks, routes and releases go. Volumes are kept; to take one along use the command line with --volume.',
      );
    case 'rollback':
      return `${t('A new release like that one: images, environment, limits, routes and replicas return.')} ${change.text}`;
  }
}

function commandOf({ uniqueName }: App, change: Change): string {
  switch (change.kind) {
    case 'remove':
      return `crane rm ${uniqueName}`;
    case 'rollback':
      return `crane rollback ${uniqueName} ${change.release}`;
    case 'stop':
    case 'start':
    case 'restart':
      return `crane ${change.kind} ${uniqueName}`;
  }
}

function requestOf({ uniqueName }: App, change: Change): ApiRequest {
  const path = `/apps/${uniqueName}`;
  switch (change.kind) {
    case 'remove':
      return { method: 'DELETE', path };
    case 'rollback':
      return { method: 'POST', path: `${path}/rollback`, body: { release: change.release } };
    case 'stop':
    case 'start':
      return { method: 'POST', path: `${path}/${change.kind}` };
    case 'restart':
      return { method: 'POST', path: `${path}/restart`, body: {} };
  }
}

async function carryOut({ uniqueName }: App, change: Change): Promise<void> {
  const params = { path: { app: uniqueName } };
  switch (change.kind) {
    case 'stop':
      await dataOf(api.POST('/api/v1/apps/{app}/stop', { params }));
      return;
    case 'start':
      await dataOf(api.POST('/api/v1/apps/{app}/start', { params }));
      return;
    case 'restart':
      await dataOf(api.POST('/api/v1/apps/{app}/restart', { params, body: {} }));
      return;
    case 'remove':
      await dataOf(api.DELETE('/api/v1/apps/{app}', { params }));
      return;
    case 'rollback':
      await dataOf(api.POST('/api/v1/apps/{app}/rollback', { params, body: { release: change.release } }));
  }
}
