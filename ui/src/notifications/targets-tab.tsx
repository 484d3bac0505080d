import { Stack, Text } from '@mantine/core';
import { Dialog } from '../view/dialog.tsx';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { Rows } from '../view/rows.tsx';
import { duration } from '../words/format.ts';
import { t } from '../words/t.ts';
import { MessagesTable } from './messages-table.tsx';
import { targetsQuery, testTarget } from './notification-calls.ts';
import { TargetForm } from './target-form.tsx';
import { TargetRow } from './target-row.tsx';

/** Each place where the person is told, and how it fares. */
export function TargetsTab() {
  const targets = useQuery(targetsQuery);
  const act = useAct();
  const [tested, setTested] = useState<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const test = (name: string) =>
    act.run(async () => {
      setTested(null);
      const { isHandedOver, tookMs } = await testTarget(name);
      const took = duration(tookMs);
      setTested(
        isHandedOver
          ? t('The test for {name} was handed over to Alertmanager in {took}.', { name, took })
          : t('{name} took the test in {took}.', { name, took }),
      );
    });
  return (
    <Stack>
      {act.error === null ? null : <Refused error={act.error} />}
      <div>
        <Text size="sm" role="status">
          {tested}
        </Text>
        <Asked query={targets} lines={2}>
          {(items) =>
            items.length === 0 ? (
              <Empty
                title={t('You are told nowhere yet')}
                command="crane notify add team --kind slack --secret - < url.txt"
              >
                {t('The inbox holds everything; a target sends it where you look.')}
              </Empty>
            ) : (
              <Rows
                minWidth={760}
                heads={[t('name'), t('kind'), t('where'), t('about'), t('how it fares'), '']}
              >
                {items.map((target) => (
                  <TargetRow
                    key={target.id}
                    target={target}
                    isBusy={act.isBusy}
                    onTest={() => void test(target.name)}
                    onOpen={() => setOpened(target.name)}
                  />
                ))}
              </Rows>
            )
          }
        </Asked>
      </div>
      <TargetForm />
      <Dialog
        opened={opened !== null}
        onClose={() => setOpened(null)}
        size="xl"
        title={t('Messages of {name}', { name: opened ?? '' })}
      >
        {opened === null ? null : <MessagesTable target={opened} />}
      </Dialog>
    </Stack>
  );
}
