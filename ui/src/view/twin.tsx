import { Code, CopyButton, Group, Text, UnstyledButton } from '@mantine/core';
import { curlOf, type ApiRequest } from '../words/shell.ts';
import { t } from '../words/t.ts';

/** The command line that does the same, to be copied; with the request that it makes, the `curl` line too. */
export function Twin({ command, request }: { command: string; request?: ApiRequest }) {
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <CopyButton value={command}>
        {({ copied, copy }) => (
          <UnstyledButton onClick={copy} title={t('Copy the command')} miw={0}>
            <Group gap={6} wrap="nowrap">
              <Code className="wrap-anywhere">{command}</Code>
              <Text size="xs" className="quiet">
                {copied ? t('copied') : t('copy')}
              </Text>
            </Group>
          </UnstyledButton>
        )}
      </CopyButton>
      {request === undefined ? null : <CurlTwin line={curlOf(request, location.origin)} />}
    </Group>
  );
}

function CurlTwin({ line }: { line: string }) {
  return (
    <CopyButton value={line}>
      {({ copied, copy }) => (
        <UnstyledButton onClick={copy} title={line} aria-label={t('Copy it as curl')} py={2}>
          <Text size="xs" className="quiet" style={{ whiteSpace: 'nowrap' }}>
            {copied ? t('copied') : '· curl'}
          </Text>
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
