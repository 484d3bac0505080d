import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of a page with a title of its own: what it is about in a sentence, and at its right what is done with all of it. */
export function Card({
  title,
  about,
  aside,
  children,
}: {
  title: string;
  about?: string;
  aside?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <Stack className="card" component="section" gap="sm" aria-label={title}>
      <Group justify="space-between" gap="xs" align="center">
        <Title order={2}>{title}</Title>
        {aside}
      </Group>
      {about === undefined ? null : (
        <Text size="sm" className="quiet" maw={760}>
          {about}
        </Text>
      )}
      {children}
    </Stack>
  );
}
