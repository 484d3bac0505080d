import { Button, Combobox, Group, Kbd, Text, TextInput, useCombobox } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { appsQuery } from '../client/queries.ts';
import { Dialog } from '../view/dialog.tsx';
import { findEntries } from './find-entries.ts';
import { t } from '../words/t.ts';

/** Ctrl-K: any page, any app, what can be done with it, from the keyboard. */
export function Palette() {
  const [isOpen, { open, close }] = useDisclosure(false);
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        fw={400}
        visibleFrom="sm"
        onClick={open}
        rightSection={<Kbd size="xs">{t('Ctrl K')}</Kbd>}
      >
        {t('Go to')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('Go to')} size="lg" yOffset="12vh">
        {isOpen ? <Finder onDone={close} /> : null}
      </Dialog>
    </>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('');
  const apps = useQuery(appsQuery);
  const router = useRouter();
  const combobox = useCombobox({ opened: true });
  const entries = findEntries(text, apps.data ?? []);
  const go = (id: string): void => {
    const entry = entries.find((known) => known.id === id);
    if (entry === undefined) return;
    onDone();
    router.history.push(entry.to);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={go} withinPortal={false}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          aria-label={t('Page, app or verb')}
          placeholder={t('shop logs · scale shop · why shop')}
          value={text}
          onKeyDown={(event) => {
            // The list of found entries has no closed state, so the key is for the dialog.
            if (event.key === 'Escape') onDone();
          }}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.selectFirstOption();
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mt="sm" aria-label={t('Found')}>
        {entries.length === 0 ? <Combobox.Empty>{t('Nothing has these words.')}</Combobox.Empty> : null}
        {entries.map(({ id, label, hint }) => (
          <Combobox.Option key={id} value={id}>
            <Group justify="space-between">
              <span>{label}</span>
              <Text span size="xs" opacity={0.8}>
                {hint}
              </Text>
            </Group>
          </Combobox.Option>
        ))}
      </Combobox.Options>
    </Combobox>
  );
}
