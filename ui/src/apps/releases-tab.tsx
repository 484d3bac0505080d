import { Badge, Button, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App, Release } from '../client/api.ts';
import { releasesQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import type { Change } from './change-dialog.tsx';
import { Rows } from '../view/rows.tsx';
import { t } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';

/** Who brought which release, when, and what it changed; any kept one can come back. */
export function ReleasesTab({ app, onAsk }: { app: App; onAsk: (change: Change) => void }) {
  const releases = useQuery(releasesQuery(app.uniqueName));
  return (
    <Asked query={releases}>
      {(items) =>
        items.length === 0 ? (
          <Empty title={t('No releases yet')} command={`crane deploy --app ${app.uniqueName}`}>
            {t('Each deployment makes a release; you can go back to any kept one.')}
          </Empty>
        ) : (
          <Rows minWidth={640} heads={[{ number: t('release') }, t('when'), t('who'), t('what changed'), '']}>
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
                      {t('current')}
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
                      {t('Go back to it')}
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
    : t('Not undone by it: {what}.', { what: changes.irreversible.join(', ') });
}

function Changes({ release: { changes, restarts, isStable } }: { release: Release }) {
  const services = (changes?.services ?? []).filter(({ change }) => change !== 'keep');
  return (
    <Stack gap={2}>
      {services.map(({ service, change, because }) => (
        <Text size="sm" key={service} className="wrap-anywhere">
          {service}: {wordOf(change)}
          {because.length === 0
            ? ''
            : `, ${t('because of {what}', { what: because.map(({ path }) => path).join(', ') })}`}
        </Text>
      ))}
      {restarts.length > 0 ? (
        <Text size="sm">{t('restarted {what}', { what: restarts.join(', ') })}</Text>
      ) : null}
      {services.length === 0 && restarts.length === 0 ? (
        <Text size="sm" className="quiet">
          {changes === null
            ? t('not known: the release before it is not kept')
            : t('nothing that an instance sees')}
        </Text>
      ) : null}
      {isStable ? null : (
        <Text size="sm" style={{ color: 'var(--warn)' }}>
          {t('never became stable')}
        </Text>
      )}
    </Stack>
  );
}
