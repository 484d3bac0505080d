import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { App } from '../client/api.ts';
import { ServiceField } from '../view/fields.tsx';
import { Twin } from '../view/twin.tsx';
import { Loading } from '../view/loading.tsx';
import { t } from '../words/t.ts';
import type { Place } from './open-session.ts';

const Screen = lazy(async () => ({ default: (await import('./screen.tsx')).Screen }));

/** A new instance of a service for one command; it gets no requests and goes at its end. */
export function OneOff({ app: { uniqueName, services } }: { app: App }) {
  const [service, setService] = useState(services[0]?.name ?? '');
  const [command, setCommand] = useState('sh');
  const [place, setPlace] = useState<(Place & { opened: number }) | null>(null);
  const words = command.split(/\s+/).filter((word) => word !== '');
  const open = () =>
    setPlace((before) => ({
      app: uniqueName,
      service,
      instance: 'one-off',
      command: words,
      opened: (before?.opened ?? 0) + 1,
    }));
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <ServiceField services={services} value={service} onChange={setService} />
        <TextInput
          label={t('Command')}
          size="xs"
          w={220}
          placeholder={t("the service's own")}
          classNames={{ input: 'mono' }}
          value={command}
          onChange={(event) => setCommand(event.currentTarget.value)}
        />
        <Button size="xs" onClick={open}>
          {place === null ? t('Run') : t('Run anew')}
        </Button>
        <Twin
          command={`crane run ${uniqueName} ${service}${words.length === 0 ? '' : ` -- ${words.join(' ')}`}`}
        />
      </Group>
      <Text size="sm" className="quiet">
        {t(
          "It has the service's image, networks and volumes, is not routed, counts as no replica, and is removed at its end. Ctrl-Shift-Escape leaves the terminal.",
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
