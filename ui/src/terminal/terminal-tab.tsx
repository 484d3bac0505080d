import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { App, Instance } from '../client/api.ts';
import { instancesQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { OneOff } from './one-off.tsx';
import type { Place } from './open-session.ts';
import { Loading } from '../view/loading.tsx';
import { t } from '../words/t.ts';

const Screen = lazy(async () => ({ default: (await import('./screen.tsx')).Screen }));

/** A command with its terminal: in an instance that runs, or in a new one of its own. */
export function TerminalTab({ app }: { app: App }) {
  const [isOneOff, setIsOneOff] = useState(false);
  return (
    <Stack gap="sm" align="stretch">
      <SegmentedControl
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        aria-label={t('Where the command runs')}
        value={isOneOff ? 'one-off' : 'running'}
        onChange={(value) => setIsOneOff(value === 'one-off')}
        data={[
          { value: 'running', label: t('In an instance that runs') },
          { value: 'one-off', label: t('In a new one') },
        ]}
      />
      {isOneOff ? <OneOff app={app} /> : <InInstance app={app} />}
    </Stack>
  );
}

function InInstance({ app }: { app: App }) {
  const instances = useQuery(instancesQuery(app.uniqueName));
  return (
    <Asked query={instances}>
      {(items) => <Chooser app={app} running={items.filter(({ state }) => state === 'running')} />}
    </Asked>
  );
}

function Chooser({ app, running }: { app: App; running: readonly Instance[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [command, setCommand] = useState('sh');
  const [place, setPlace] = useState<(Place & { opened: number }) | null>(null);
  const instance = running.find(({ instance: name }) => name === chosen) ?? running[0];
  if (instance === undefined)
    return <Text className="quiet">{t('No instance of this app is running.')}</Text>;
  const open = () =>
    setPlace((before) => ({
      app: app.uniqueName,
      service: instance.service,
      instance: instance.slot,
      command: command.split(/\s+/).filter((word) => word !== ''),
      opened: (before?.opened ?? 0) + 1,
    }));
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Select
          label={t('Instance')}
          size="xs"
          w={220}
          allowDeselect={false}
          value={instance.instance}
          onChange={setChosen}
          data={running.map(({ instance: name }) => name)}
        />
        <TextInput
          label={t('Command')}
          size="xs"
          w={220}
          classNames={{ input: 'mono' }}
          value={command}
          onChange={(event) => setCommand(event.currentTarget.value)}
        />
        <Button size="xs" onClick={open} disabled={command.trim() === ''}>
          {place === null ? t('Open') : t('Open anew')}
        </Button>
        <Twin
          command={`crane exec ${app.uniqueName}/${instance.service} --instance ${instance.slot} -- ${command}`}
        />
      </Group>
      <Text size="sm" className="quiet">
        {t(
          'What is run here is told in the events, with your name. Ctrl-Shift-Escape leaves the terminal for the next control.',
        )}
      </Text>
      {place === null ? null : (
        <Suspense fallback={<Loading />}>
          <Screen key={place.opened} place={place} />
        </Suspense>
      )}
    </Stack>
  );
}
