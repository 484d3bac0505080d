import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Twin } from './twin.tsx';

/** A page with nothing on it says what will be here, and how. */
export function Empty({
  title,
  children,
  command,
  action,
}: {
  title: string;
  children: ReactNode;
  command?: string;
  action?: ReactNode;
}) {
  return (
    <Stack className="card" align="flex-start" gap="xs" p="lg">
      <Title order={2}>{title}</Title>
      <Text className="quiet">{children}</Text>
      {action}
      {command === undefined ? null : <Twin command={command} />}
    </Stack>
  );
}
