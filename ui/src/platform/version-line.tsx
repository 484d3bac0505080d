import { Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../client/api.ts';
import { t } from '../words/t.ts';

const versionQuery = queryOptions({
  queryKey: ['version'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/version', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Which Crane runs: its version and the code it was made from. */
export function VersionLine() {
  const { data } = useQuery(versionQuery);
  return (
    <Text size="sm" className="quiet">
      {data === undefined ? '' : t('Crane {version}, build', { version: data.version })}{' '}
      <span className="mono">{data?.build.slice(0, 12)}</span>
    </Text>
  );
}
