import { Button, Popover, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../client/queries.ts';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { t } from '../words/t.ts';

/** The parts in one word; opened, each with what Crane does about it. */
export function PartsHealth() {
  const { data, error } = useQuery(statusQuery);
  const troubled = data?.parts.filter(({ state }) => state !== 'ok') ?? [];
  const word =
    error !== null || data === undefined
      ? 'unknown'
      : troubled.length === 0
        ? 'ok'
        : troubled.some(({ state }) => state === 'down')
          ? 'down'
          : 'degraded';
  const label =
    word === 'ok'
      ? t('all parts')
      : word === 'unknown'
        ? t('parts')
        : troubled.map(({ name }) => name).join(', ');
  return (
    <Popover width={420} position="bottom-end" shadow="md">
      <Popover.Target>
        <Button variant="default" size="compact-sm" visibleFrom="xs">
          <Text span size="sm" mr={6} maw={160} truncate>
            {label}
          </Text>
          <State state={word} />
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {data === undefined ? (
          <Text size="sm">{error?.message ?? t('Asking the control plane…')}</Text>
        ) : (
          <Stack gap="xs">
            <Table>
              <Table.Tbody>
                {data.parts.map(({ name, state, version, reason, consequence }) => (
                  <Table.Tr key={name}>
                    <Table.Td>
                      {name} <span className="quiet mono">{version ?? ''}</span>
                      {consequence === null ? null : (
                        <Text size="xs">
                          <Said>{consequence}</Said>
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td>
                      <State state={state} reason={reason} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
