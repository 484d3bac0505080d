import { Badge, Button, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App, Release } from '../client/api.ts';
import { releasesQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import type { Change } from './change-dialog.tsx';
import { Rows } from '../view/rows.tsx';

/** Who brought which release, when, and what it changed; any kept one can come back. */
export function ReleasesTab({ app, onAsk }: { app: App; onAsk: (change: Change) => void }) {
  const releases = useQuery(releasesQuery(app.uniqueName));
  return (
    <Asked query={releases}>
      {(items) =>
        items.length === 0 ? (
          <Empty title="No releases yet" command={`crane deploy --app ${app.uniqueName}`}>
            Each deployment makes a release; you can go back to any kept one.
          </Empty>
        ) : (
          <Rows minWidth={640} heads={[{ number: 'release' }, 'when', 'who', 'what changed', '']}>
            {items.map((release) => (
              <Table.Tr key={release.number}>
                <Table.Td className="number">{release.number}</Table.Td>
                <Table.Td>
                  <TimeAgo at={release.createdAt} />
                </Table.Td>
                <Table.Td>{release.createdBy}</Table.Td>
                <Table.Td>
                  <Changes release={release} />
                </Table.Td>
                <Table.Td className="number">
                  {release.isCurrent ? (
                    <Badge color="gray" variant="light">
                      current
                    </Badge>
                  ) : (
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() =>
                        onAsk({
                          kind: 'rollback',
                          release: release.number,
                          text: irreversibleOf(release),
                        })
                      }
                    >
                      Go back to it
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )
      }
    </Asked>
  );
}

function irreversibleOf({ changes }: Release): string {
  return changes === null || changes.irreversible.length === 0
    ? ''
    : `Not undone by it: ${changes.irreversible.join(', ')}.`;
}

function Changes({ release: { changes, restarts, isStable } }: { release: Release }) {
  const services = (changes?.services ?? []).filter(({ change }) => change !== 'keep');
  return (
    <Stack gap={2}>
      {services.map(({ service, change, because }) => (
        <Text size="sm" key={service} className="wrap-anywhere">
          {service}: {change}
          {because.length === 0 ? '' : ` because of ${because.map(({ path }) => path).join(', ')}`}
        </Text>
      ))}
      {restarts.length > 0 ? <Text size="sm">restarted {restarts.join(', ')}</Text> : null}
      {services.length === 0 && restarts.length === 0 ? (
        <Text size="sm" className="quiet">
          {changes === null
            ? 'not known: the release before it is not kept'
            : 'nothing that an instance sees'}
        </Text>
      ) : null}
      {isStable ? null : (
        <Text size="sm" style={{ color: 'var(--warn)' }}>
          never became stable
        </Text>
      )}
    </Stack>
  );
}
