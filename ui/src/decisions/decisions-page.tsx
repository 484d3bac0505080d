import { TextLink } from '../view/links.tsx';
import { Checkbox, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Decision } from '../client/api.ts';
import { decisionsQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { Rows } from '../view/rows.tsx';
import { t } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';
import { Said } from '../view/said.tsx';
import { ReplayMany } from './replay-many.tsx';

/** Everything that was decided; what was held or ignored teaches most. */
export function DecisionsPage() {
  const { app, all = false } = useSearch({ from: '/decisions' });
  const navigate = useNavigate({ from: '/decisions' });
  const decisions = useQuery(decisionsQuery({ app, ...(all ? {} : { onlyChanges: true }) }));
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{app === undefined ? t('Decisions') : t('Decisions on {app}', { app })}</Title>
        <Group gap="sm">
          <Twin
            command={`crane decisions${app === undefined ? '' : ` ${app}`}`}
            request={{ method: 'GET', path: `/decisions${app === undefined ? '' : `?app=${app}`}` }}
          />
          <ReplayMany app={app ?? null} />
        </Group>
      </Group>
      <Group>
        <Checkbox
          label={t('held and ignored ones too')}
          checked={all}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            void navigate({
              search: (before) => ({ ...before, all: checked ? true : undefined }),
              replace: true,
            });
          }}
        />
        {app === undefined ? null : (
          <TextLink to="/decisions" search={all ? { all } : {}} size="sm">
            {t('of all apps')}
          </TextLink>
        )}
      </Group>
      <Asked query={decisions} lines={8}>
        {(items) => <DecisionsTable decisions={items} />}
      </Asked>
    </Stack>
  );
}

/** One row a decision; the link leads to why. */
export function DecisionsTable({ decisions }: { decisions: readonly Decision[] }) {
  if (decisions.length === 0)
    return (
      <Empty title={t('No decisions yet')} command="crane load whoami-1 --rate 200 --duration 20s">
        {t('Put load on an app that scales by itself: each decision stands here with its reason.')}
      </Empty>
    );
  return (
    <Rows minWidth={520} heads={[t('when'), t('app'), t('decision'), t('why')]}>
      {decisions.map(({ id, at, app, service, verdict, from, to, reason, repeats, trigger }) => (
        <Table.Tr key={id}>
          <Table.Td className="quiet">
            <TimeAgo at={at} />
          </Table.Td>
          <Table.Td>
            {app}/{service}
          </Table.Td>
          <Table.Td style={{ whiteSpace: 'nowrap' }}>
            <TextLink to="/decisions/$id" params={{ id }}>
              {wordOf(verdict)} {from === to ? '' : `${from} → ${to}`}
            </TextLink>
            {repeats > 0 ? <span className="quiet"> ×{repeats + 1}</span> : null}
          </Table.Td>
          <Table.Td>
            <Text size="sm" className="wrap-anywhere">
              <Said>{reason}</Said> <span className="quiet">({wordOf(trigger)})</span>
            </Text>
          </Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}
