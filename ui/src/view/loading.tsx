import { Skeleton, Stack } from '@mantine/core';
import { t } from '../words/t.ts';

/** Stands where something will be, while it is fetched. */
export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <Stack gap="xs" role="status" aria-busy="true" aria-label={t('Loading')}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={28} />
      ))}
    </Stack>
  );
}
