import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { Dialog } from './dialog.tsx';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import type { ApiRequest } from '../words/shell.ts';
import { t } from '../words/t.ts';
import { Refused } from './asked.tsx';
import { Twin } from './twin.tsx';

type Asking = {
  /** What is to be typed before it happens. */
  name: string;
  /** What will be so afterwards. */
  consequence: string;
  command: string;
  request: ApiRequest;
  remove: () => Promise<unknown>;
};

/** A button that asks for the name of what it takes away. */
export function Removal({
  label,
  title,
  size = 'compact-xs',
  ...asking
}: Asking & {
  label: string;
  /** In place of the label and the name. */
  title?: string;
  size?: 'compact-xs' | 'xs';
}) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const whole = title ?? t('{verb} {name}', { verb: label, name: asking.name });
  return (
    <>
      <Button size={size} variant="default" aria-label={whole} onClick={open}>
        {label}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={whole}>
        {isOpen ? <Confirm {...asking} label={label} onDone={close} /> : null}
      </Dialog>
    </>
  );
}

function Confirm({
  name,
  consequence,
  command,
  request,
  remove,
  label,
  onDone,
}: Asking & { label: string; onDone: () => void }) {
  const act = useAct();
  const [typed, setTyped] = useState('');
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== name) return;
        void act.run(remove).then((isDone) => {
          if (isDone) onDone();
        });
      }}
    >
      <Text size="sm">{consequence}</Text>
      <TextInput
        label={t('Type {name} to go on', { name })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      <Twin command={command} request={request} />
      {act.error === null ? null : <Refused error={act.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('Cancel')}
        </Button>
        <Button type="submit" color="red" loading={act.isBusy} disabled={typed !== name}>
          {label}
        </Button>
      </Group>
    </Stack>
  );
}
