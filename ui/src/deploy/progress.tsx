import { Button, Group, Stack, Table, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, dataOf, type Schemas } from '../client/api.ts';
import { follow } from '../client/follow.ts';
import { State } from '../view/state.tsx';
import { clockTime } from '../words/format.ts';
import { t } from '../words/t.ts';
import { Said } from '../view/said.tsx';

type Step = Schemas['OperationEvent'];

/** An operation, step by step, until it has ended; it goes on when this page is closed. */
export function Progress({ operation: id, title = t('Deployment') }: { operation: string; title?: string }) {
  const queries = useQueryClient();
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const operation = useQuery({
    queryKey: ['operation', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/operations/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => ((state.data?.endedAt ?? null) === null ? 1_000 : false),
  });
  useEffect(() => {
    const stop = new AbortController();
    void follow(`/api/v1/operations/${id}/events`, {
      signal: stop.signal,
      onEvent: ({ event, data }) => {
        if (event === 'end') {
          stop.abort();
          void queries.invalidateQueries();
        } else if (isStep(data)) setSteps((before) => merge(before, data));
      },
    });
    return () => stop.abort();
  }, [id, queries]);
  const { status = 'queued', error = null } = operation.data ?? {};
  const isOpen = status === 'queued' || status === 'running';
  return (
    <section className="card" aria-live="polite">
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={2}>{title}</Title>
          <State state={status} />
        </Group>
        {isOpen ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => void api.DELETE('/api/v1/operations/{id}', { params: { path: { id } } })}
          >
            {t('Cancel')}
          </Button>
        ) : null}
      </Group>
      <Table>
        <Table.Tbody>
          {steps.map(({ step, at, text, state }) => (
            <Table.Tr key={step}>
              <Table.Td w={90} className="quiet">
                {clockTime(at)}
              </Table.Td>
              <Table.Td w={110}>
                <State
                  state={
                    (state === 'started' || state === 'progress') && isOpen
                      ? 'starting'
                      : state === 'failed'
                        ? state
                        : 'done'
                  }
                />
              </Table.Td>
              <Table.Td className="wrap-anywhere">
                <Said>{text}</Said>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {error === null ? null : (
        <Stack gap={2} mt="xs" style={{ whiteSpace: 'pre-wrap' }}>
          <strong>
            <Said>{error.message}</Said>
          </strong>
          {error.fix === undefined ? null : <Said>{error.fix}</Said>}
        </Stack>
      )}
    </section>
  );
}

function isStep(data: unknown): data is Step {
  return typeof data === 'object' && data !== null && 'step' in data && 'text' in data;
}

/** The newest word of each step, in the order they began. */
function merge(before: readonly Step[], step: Step): readonly Step[] {
  const index = before.findIndex((item) => item.step === step.step);
  return index < 0 ? [...before, step] : before.with(index, step);
}
