import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Dialog } from '../view/dialog.tsx';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { App, Scan } from '../client/api.ts';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { Card } from '../view/card.tsx';
import { OutsideLink } from '../view/links.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { useNow } from '../view/time-ago.tsx';
import { wordOf } from '../words/codes.ts';
import { dateTime } from '../words/format.ts';
import { plural, rich, t } from '../words/t.ts';
import { groupByUpdate, severitiesOf, type Finding, type UpdateGroup } from './group-by-update.ts';
import { isWaived, waiversQuery } from './scan-calls.ts';
import { scanSentence } from './scan-sentence.ts';
import { WaiveForm } from './waive-form.tsx';

/** What the scanner knows of the image of a service: what to update, and what each update ends. */
export function OneScan({ app, scan }: { app: App; scan: Scan }) {
  const [waived, setWaived] = useState<Finding | null>(null);
  const groups = groupByUpdate(scan.findings);
  return (
    <Card title={scan.service} aside={<State state={scan.state} />}>
      <Stack gap={2}>
        <Text size="sm">{scanSentence(scan.state)}</Text>
        <Text size="sm" className="quiet wrap-anywhere">
          <span className="mono">{scan.image}</span>
          {scan.packages === null ? null : ` · ${plural(scan.packages, '{n} package', '{n} packages')}`}
          {scan.databaseAt === null
            ? null
            : ` · ${t('database of {when}', { when: dateTime(scan.databaseAt) })}`}
          {scan.reason === null ? null : (
            <>
              {' · '}
              <Said>{scan.reason}</Said>
            </>
          )}
        </Text>
      </Stack>
      {groups.length === 0 ? null : (
        <Rows minWidth={640} maxHeight={480} heads={[t('update'), t('ends'), t('vulnerabilities')]}>
          {groups.map((group) => (
            <Update
              key={`${group.package} ${group.installed} ${group.to}`}
              app={app}
              group={group}
              onWaive={setWaived}
            />
          ))}
        </Rows>
      )}
      <Dialog
        opened={waived !== null}
        onClose={() => setWaived(null)}
        size="lg"
        title={t('Waive a vulnerability')}
      >
        {waived === null ? null : (
          <Stack>
            <Text size="sm">
              <Said>{waived.title}</Said>
            </Text>
            <WaiveForm
              finding={waived.id}
              package={waived.package}
              app={app.uniqueName}
              onDone={() => setWaived(null)}
            />
          </Stack>
        )}
      </Dialog>
    </Card>
  );
}

function Update({
  app,
  group: { package: name, installed, to, findings },
  onWaive,
}: {
  app: App;
  group: UpdateGroup;
  onWaive: (finding: Finding) => void;
}) {
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        <span className="mono">{name}</span> <span className="mono quiet">{installed}</span>
        {to === null ? (
          <Text size="sm" className="quiet">
            {t('no fix yet')}
          </Text>
        ) : (
          <Text size="sm">{rich('to {version}', { version: <span className="mono">{to}</span> })}</Text>
        )}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Stack gap={2}>
          {severitiesOf(findings).map(({ severity, n }) => (
            <State
              key={severity}
              state={severity.toLowerCase()}
              label={`${n} ${wordOf(severity.toLowerCase())}`}
            />
          ))}
        </Stack>
      </Table.Td>
      <Table.Td>
        <Stack gap={2}>
          {findings.map((finding) => (
            <OneFinding key={finding.id} app={app} finding={finding} onWaive={onWaive} />
          ))}
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}

function OneFinding({
  app,
  finding,
  onWaive,
}: {
  app: App;
  finding: Finding;
  onWaive: (finding: Finding) => void;
}) {
  const { id, url, title, package: name } = finding;
  const isAdmin = useIsAdmin();
  const waivers = useQuery(waiversQuery);
  const now = useNow();
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" className="wrap-anywhere">
        <span className="mono">
          <OutsideLink url={url}>{id}</OutsideLink>
        </span>{' '}
        <Said>{title}</Said>
      </Text>
      {isWaived(waivers.data ?? [], { app: app.engineName, id, package: name, now }) ? (
        <State state="waived" />
      ) : isAdmin ? (
        <Button
          size="compact-xs"
          variant="default"
          style={{ flex: 'none' }}
          aria-label={`${t('Waive…')} ${id}`}
          onClick={() => onWaive(finding)}
        >
          {t('Waive…')}
        </Button>
      ) : null}
    </Group>
  );
}
