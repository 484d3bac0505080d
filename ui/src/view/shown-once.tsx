import { Alert, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { t } from '../words/t.ts';

/** A secret that cannot be read again. */
export function ShownOnce({ title, secret, onDone }: { title: string; secret: string; onDone: () => void }) {
  return (
    <Alert color="yellow" title={title}>
      <Text size="sm">{t('It is shown only now; Crane keeps nothing that it could be read from.')}</Text>
      <Group gap="sm" mt="xs">
        <Code className="wrap-anywhere" style={{ whiteSpace: 'pre-wrap' }}>
          {secret}
        </Code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? t('Copied') : t('Copy')}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-xs" variant="default" onClick={onDone}>
          {t('I have it')}
        </Button>
      </Group>
    </Alert>
  );
}
