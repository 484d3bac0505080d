import { TextLink } from '../view/links.tsx';
import { Stack, Title } from '@mantine/core';

import type { ErrorComponentProps } from '@tanstack/react-router';
import { Refused } from '../view/asked.tsx';
import { t } from '../words/t.ts';

export function NotFoundPage() {
  return (
    <Stack>
      <Title order={1}>{t('There is no such page')}</Title>
      <TextLink to="/">{t('To the overview')}</TextLink>
    </Stack>
  );
}

/** A defect of a page; the others go on. */
export function FailurePage({ error, reset }: ErrorComponentProps) {
  return <Refused error={error instanceof Error ? error : new Error(String(error))} retry={reset} />;
}
