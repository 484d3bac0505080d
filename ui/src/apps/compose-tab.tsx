import { Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App } from '../client/api.ts';
import { composeQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { t } from '../words/t.ts';
import { ChangeCard } from './change-card.tsx';

/** The compose file that Crane runs. */
export function ComposeTab({ app }: { app: App }) {
  const compose = useQuery(composeQuery(app.uniqueName));
  return (
    <Stack>
      <ChangeCard app={app} />
      <Text size="sm" className="quiet">
        {t('Generated from the current release, with the router’s settings in it.')}
      </Text>
      <Asked query={compose} lines={10}>
        {(text) => (
          <Code block style={{ maxHeight: '65vh', overflow: 'auto' }}>
            {text}
          </Code>
        )}
      </Asked>
    </Stack>
  );
}
