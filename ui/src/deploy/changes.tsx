import { List, Text } from '@mantine/core';
import type { Schemas } from '../client/api.ts';

/** What a release changes, in words. */
export function Changes({ changes }: { changes: Schemas['ReleaseDiff'] }) {
  if (changes.isEmpty) return <Text size="sm">Nothing would change.</Text>;
  return (
    <List size="sm">
      {changes.services.map(({ service, change, because, order }) => (
        <List.Item key={service}>
          {service}: {change}
          {order === null ? '' : ` (${order})`}
          {because.length === 0 ? '' : ` because of ${because.map(({ path }) => path).join(', ')}`}
        </List.Item>
      ))}
      {changes.networks.create.map((name) => (
        <List.Item key={`n${name}`}>network {name}: create</List.Item>
      ))}
      {changes.volumes.create.map((name) => (
        <List.Item key={`v${name}`}>volume {name}: create</List.Item>
      ))}
      {changes.irreversible.map((text) => (
        <List.Item key={text}>cannot be undone: {text}</List.Item>
      ))}
    </List>
  );
}
