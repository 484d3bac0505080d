import { Button, Stack, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAct, type Act } from '../client/use-act.ts';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { AppName } from '../view/app-name.tsx';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Empty } from '../view/empty.tsx';
import { PersonName } from '../view/person-name.tsx';
import { Rows } from '../view/rows.tsx';
import { State } from '../view/state.tsx';
import { useNow } from '../view/time-ago.tsx';
import { dateTime } from '../words/format.ts';
import { t } from '../words/t.ts';
import { endWaiver, waiversQuery, type Waiver } from './scan-calls.ts';
import { WaiveForm } from './waive-form.tsx';

/** Vulnerabilities that somebody took upon them; ended ones too. */
export function WaiversCard() {
  const waivers = useQuery(waiversQuery);
  const isAdmin = useIsAdmin();
  const act = useAct();
  return (
    <Stack>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={waivers} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              title={t('No waivers')}
              command='crane scan waive CVE-2026-1234 --app shop-1 --reason "not reachable" --for 14d'
            >
              {t(
                'A waived vulnerability stays in the reports and stands against no deployment, until its time is over. Admins waive.',
              )}
            </Empty>
          ) : (
            <Rows
              minWidth={720}
              heads={[
                t('vulnerability'),
                t('of'),
                t('package'),
                t('reason'),
                t('state'),
                t('until'),
                t('by'),
                '',
              ]}
            >
              {items.map((waiver) => (
                <Row key={waiver.id} waiver={waiver} act={act} isAdmin={isAdmin} />
              ))}
            </Rows>
          )
        }
      </Asked>
      {isAdmin ? (
        <Card title={t('Waive a vulnerability')}>
          <WaiveForm />
        </Card>
      ) : null}
    </Stack>
  );
}

function Row({
  waiver: { id, finding, app, package: name, reason, expiresAt, createdBy },
  act,
  isAdmin,
}: {
  waiver: Waiver;
  act: Act;
  isAdmin: boolean;
}) {
  const isOver = expiresAt <= useNow();
  return (
    <Table.Tr>
      <Table.Td className="mono">{finding}</Table.Td>
      <Table.Td>
        <AppName engineName={app} />
      </Table.Td>
      <Table.Td className="mono">{name ?? t('every package')}</Table.Td>
      <Table.Td className="wrap-anywhere">{reason}</Table.Td>
      <Table.Td>
        <State state={isOver ? 'over' : 'in-force'} />
      </Table.Td>
      <Table.Td>{dateTime(expiresAt)}</Table.Td>
      <Table.Td>
        <PersonName id={createdBy} />
      </Table.Td>
      <Table.Td className="number">
        {isAdmin ? (
          <Button
            size="compact-xs"
            variant="default"
            disabled={act.isBusy}
            aria-label={`${isOver ? t('Remove') : t('End it')}: ${finding}`}
            onClick={() => void act.run(() => endWaiver(id))}
          >
            {isOver ? t('Remove') : t('End it')}
          </Button>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}
