import { Group, Text, Tooltip } from '@mantine/core';
import { useLive } from '../client/live.tsx';
import { useNow } from '../view/time-ago.tsx';
import { t } from '../words/t.ts';

/** Says how old what is seen may be; data never looks fresher than it is. */
export function LiveMark() {
  const { isLive, lastAt } = useLive();
  const now = useNow();
  const silentS = lastAt === null ? null : Math.round((now - lastAt) / 1000);
  const text = isLive
    ? t('live')
    : silentS === null
      ? t('connecting')
      : t('paused, last data {seconds} s ago', { seconds: silentS });
  return (
    <Tooltip
      label={
        isLive
          ? t('Changes are shown as they happen.')
          : t('The control plane does not answer; this page tries again by itself.')
      }
    >
      <Group gap={6} wrap="nowrap" role="status">
        <span
          aria-hidden="true"
          style={{
            width: 8,
            height: 8,
            borderRadius: 8,
            background: isLive ? 'var(--good)' : 'var(--warn)',
          }}
        />
        <Text size="sm" className="quiet">
          {text}
        </Text>
      </Group>
    </Tooltip>
  );
}
