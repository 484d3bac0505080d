import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** Fields beside each other with the button that does it (`type="submit"`); Enter in a field does it too. */
export function FieldRow({ onSubmit, children }: { onSubmit: () => Promise<unknown>; children: ReactNode }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      <Group gap="sm" align="flex-end">
        {children}
      </Group>
    </form>
  );
}
