import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { Asked } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Empty } from '../view/empty.tsx';
import { TextLink } from '../view/links.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { duration } from '../words/format.ts';
import { t } from '../words/t.ts';
import { labBoardQuery, labsQuery } from './lab-queries.ts';

/** What can be learnt by doing, and who is how far. */
export function LabsPage() {
  const labs = useQuery(labsQuery);
  const isAdmin = useIsAdmin();
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{t('Labs')}</Title>
        <Twin command="crane lab" />
      </Group>
      <Text size="sm" className="quiet" maw={760}>
        {t('Learn by doing: each step has a goal, and Crane sees by its own records when it is met.')}
      </Text>
      <Asked query={labs}>
        {(items) => (
          <Rows minWidth={320} heads={[t('Lab'), { number: t('Goals') }]}>
            {items.map((lab) => (
              <Table.Tr key={lab.id}>
                <Table.Td>
                  <TextLink to="/labs/$lab" params={{ lab: lab.id }}>
                    <Said>{lab.title}</Said>
                  </TextLink>
                  <Text size="sm" className="quiet">
                    <Said>{lab.summary}</Said>{' '}
                    {t('Level {level}, about {minutes} minutes.', { level: lab.level, minutes: lab.minutes })}
                  </Text>
                </Table.Td>
                <Table.Td className="number">
                  {lab.finishedAt === null ? (
                    lab.startedAt === null ? (
                      '–'
                    ) : (
                      `${lab.passed}/${lab.steps}`
                    )
                  ) : (
                    <State state="done" />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )}
      </Asked>
      {isAdmin ? <Board /> : null}
    </Stack>
  );
}

function Board() {
  const board = useQuery(labBoardQuery);
  return (
    <Card title={t('Who is how far')} aside={<Twin command="crane lab board" />}>
      <Asked query={board}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('Nobody has begun a lab yet')} command="crane users add ann">
              {t('Give each learner an account; what they reach stands here.')}
            </Empty>
          ) : (
            <Rows
              minWidth={560}
              heads={[
                t('Person'),
                t('Lab'),
                { number: t('Goals') },
                { number: t('Hints') },
                t('Began'),
                t('Took'),
              ]}
            >
              {rows.map((row) => (
                <Table.Tr key={`${row.person}/${row.lab}`}>
                  <Table.Td>{row.person}</Table.Td>
                  <Table.Td>{row.lab}</Table.Td>
                  <Table.Td className="number">
                    {row.passed}/{row.steps}
                  </Table.Td>
                  <Table.Td className="number">{row.hints}</Table.Td>
                  <Table.Td>
                    <TimeAgo at={row.startedAt} />
                  </Table.Td>
                  <Table.Td>
                    {row.finishedAt === null ? '–' : duration(row.finishedAt - row.startedAt)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Asked>
    </Card>
  );
}
