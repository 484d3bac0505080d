import { Alert, Button, Group, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem } from '../client/api.ts';
import { Loading } from './loading.tsx';
import { Said } from './said.tsx';
import { t } from '../words/t.ts';

/** What was asked of the control plane: a skeleton while it loads, the reason and a button when it failed, else the children. Old data stays while new data cannot be had. */
export function Asked<T>({
  query,
  children,
  lines = 3,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
  lines?: number;
}) {
  if (query.data !== undefined)
    return (
      <>
        {query.error === null ? null : (
          <Refused error={query.error} retry={() => void query.refetch()} isStale />
        )}
        {children(query.data)}
      </>
    );
  if (query.error !== null) return <Refused error={query.error} retry={() => void query.refetch()} />;
  return <Loading lines={lines} />;
}

/** What went wrong, the fix, and the request to look for in the log. */
export function Refused({
  error,
  retry,
  isStale = false,
}: {
  error: Error;
  retry?: () => void;
  isStale?: boolean;
}) {
  const problem = error instanceof ApiProblem ? error.problem : null;
  return (
    <Alert
      color={isStale ? 'yellow' : 'red'}
      title={
        isStale ? (
          t('Not up to date')
        ) : problem === null ? (
          t('That did not work')
        ) : (
          <Said>{problem.title}</Said>
        )
      }
      mb="sm"
    >
      <Text size="sm" className="wrap-anywhere">
        {problem === null ? error.message : <Said>{error.message}</Said>}
      </Text>
      {problem?.errors?.map((item) => (
        <Text size="sm" key={`${item.place ?? ''}${item.message}`} className="wrap-anywhere">
          <Said>
            <span className="mono">{item.place ?? item.pointer ?? ''}</span> {item.message} {item.fix ?? ''}
          </Said>
        </Text>
      ))}
      {problem?.fix === undefined ? null : (
        <Text size="sm">
          <Said>{problem.fix}</Said>
        </Text>
      )}
      <Group mt="xs" gap="sm">
        {retry === undefined ? null : (
          <Button size="compact-sm" variant="default" onClick={retry}>
            {t('Try again')}
          </Button>
        )}
        {problem === null ? null : (
          <Text size="xs" className="quiet mono">
            {problem.requestId}
          </Text>
        )}
      </Group>
    </Alert>
  );
}
