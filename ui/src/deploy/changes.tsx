import { List, Text } from '@mantine/core';
import type { Schemas } from '../client/api.ts';
import { rich, t } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';
import { Said } from '../view/said.tsx';

/** What a release changes, in words. */
export function Changes({ changes }: { changes: Schemas['ReleaseDiff'] }) {
  if (changes.isEmpty) return <Text size="sm">{t('Nothing would change.')}</Text>;
  return (
    <List size="sm">
      {changes.services.map(({ service, change, because, order }) => (
        <List.Item key={service}>
          {service}: {wordOf(change)}
          {order === null ? '' : ` (${wordOf(order)})`}
          {because.length === 0
            ? ''
            : `, ${t('because of {what}', { what: because.map(({ path }) => path).join(', ') })}`}
        </List.Item>
      ))}
      {changes.networks.create.map((name) => (
        <List.Item key={`n${name}`}>{t('network {name}: create', { name })}</List.Item>
      ))}
      {changes.volumes.create.map((name) => (
        <List.Item key={`v${name}`}>{t('volume {name}: create', { name })}</List.Item>
      ))}
      {changes.irreversible.map((text) => (
        <List.Item key={text}>{rich('cannot be undone: {text}', { text: <Said>{text}</Said> })}</List.Item>
      ))}
    </List>
  );
}
