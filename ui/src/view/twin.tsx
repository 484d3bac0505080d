import { Code, CopyButton, Group, Text, UnstyledButton } from '@mantine/core';
import { t } from '../words/t.ts';

/** The command line that does the same, to be copied. */
export function Twin({ command }: { command: string }) {
  return (
    <CopyButton value={command}>
      {({ copied, copy }) => (
        <UnstyledButton onClick={copy} title={t('Copy the command')}>
          <Group gap={6} wrap="nowrap">
            <Code className="wrap-anywhere">{command}</Code>
            <Text size="xs" className="quiet">
              {copied ? t('copied') : t('copy')}
            </Text>
          </Group>
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
