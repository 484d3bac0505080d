import { FieldRow } from '../view/field-row.tsx';
import { ActionIcon, Button, Group as Row, Text } from '@mantine/core';
import { useState } from 'react';
import type { Act } from '../client/use-act.ts';
import { AppField } from '../view/app-field.tsx';
import { Glyph } from '../view/glyph.tsx';
import { TextLink } from '../view/links.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';
import { shareApp, unshareApp, type Group } from './group-calls.ts';

/** The apps of a group; each person shares own ones. */
export function SharedApps({ group: { name, apps }, act }: { group: Group; act: Act }) {
  const [app, setApp] = useState<string | null>(null);
  const share = async () => {
    if (app !== null && (await act.run(() => shareApp(name, app)))) setApp(null);
  };
  return (
    <>
      <Row gap="md">
        <Text size="sm" className="quiet">
          {apps.length === 0 ? t('No app is shared with it yet.') : t('Shared apps:')}
        </Text>
        {apps.map((shared) => (
          <Row key={shared} gap={2} wrap="nowrap">
            <TextLink to="/apps/$app" params={{ app: shared }} size="sm">
              {shared}
            </TextLink>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              disabled={act.isBusy}
              aria-label={t('Share {app} no longer with {group}', { app: shared, group: name })}
              onClick={() => void act.run(() => unshareApp(name, shared))}
            >
              <Glyph name="cross" size={12} />
            </ActionIcon>
          </Row>
        ))}
      </Row>
      <FieldRow onSubmit={share}>
        <AppField label={t('Share an app')} placeholder={t('one of yours')} value={app} onChange={setApp} />
        <Button size="xs" variant="default" loading={act.isBusy} disabled={app === null} type="submit">
          {t('Share')}
        </Button>
        <Twin
          command={`crane groups share ${name} ${app ?? 'APP'}`}
          request={{ method: 'PUT', path: `/groups/${name}/apps/${app ?? 'APP'}` }}
        />
      </FieldRow>
    </>
  );
}
