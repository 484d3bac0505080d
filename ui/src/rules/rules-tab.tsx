import { ActionIcon, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type App, type Schemas } from '../client/api.ts';
import { ruleVersionsQuery, rulesQuery } from '../client/queries.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { Glyph } from '../view/glyph.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { count, duration } from '../words/format.ts';
import { RuleForm } from './rule-form.tsx';
import { Rows } from '../view/rows.tsx';

type RuleSet = Schemas['RuleSet'];
type Rule = Schemas['OwnerRule'];

/** The owner's own alert rules: what is in force, a form with a look at the last hour, and every version. */
export function RulesTab({ app }: { app: App }) {
  const rules = useQuery(rulesQuery(app.uniqueName));
  const act = useAct();
  const [edited, setEdited] = useState<Rule | null>(null);
  return (
    <Stack gap="md">
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={rules}>
        {(set) =>
          set.rules.length === 0 ? (
            <Empty
              title="No rules of your own"
              command={`crane rules ${app.uniqueName} add slow --preset p95 --above 300 --for 30s`}
            >
              Crane's own rules scale and heal this app already. A rule of yours tells you of what they do not
              know.
            </Empty>
          ) : (
            <InForce app={app} set={set} act={act} onEdit={setEdited} />
          )
        }
      </Asked>
      <RuleForm key={edited?.name ?? ''} app={app} edited={edited} onDone={() => setEdited(null)} />
      <Versions app={app} act={act} />
    </Stack>
  );
}

function InForce({
  app,
  set,
  act,
  onEdit,
}: {
  app: App;
  set: RuleSet;
  act: Act;
  onEdit: (rule: Rule) => void;
}) {
  const remove = (name: string) =>
    act.run(() =>
      dataOf(
        api.DELETE('/api/v1/apps/{app}/rules/{name}', { params: { path: { app: app.uniqueName, name } } }),
      ),
    );
  return (
    <section className="card">
      <Title order={2}>In force, version {set.version}</Title>
      <Rows minWidth={560} heads={['name', 'service', 'fires when', { number: 'for' }, 'severity', '']}>
        {set.rules.map((rule) => (
          <Table.Tr key={rule.name}>
            <Table.Td className="mono">{rule.name}</Table.Td>
            <Table.Td>{rule.service}</Table.Td>
            <Table.Td className={rule.kind === 'promql' ? 'mono wrap-anywhere' : ''}>
              {conditionOf(rule)}
            </Table.Td>
            <Table.Td className="number">{duration(rule.forMs)}</Table.Td>
            <Table.Td>{rule.severity}</Table.Td>
            <Table.Td>
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                <Button size="compact-xs" variant="default" onClick={() => onEdit(rule)}>
                  Edit
                </Button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={act.isBusy}
                  aria-label={`Remove the rule ${rule.name}`}
                  onClick={() => void remove(rule.name)}
                >
                  <Glyph name="cross" size={12} />
                </ActionIcon>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Rows>
    </section>
  );
}

function conditionOf(rule: Rule): string {
  if (rule.kind === 'promql') return rule.expr;
  return rule.preset === 'down'
    ? `at or below ${rule.above} ready replicas`
    : `${rule.preset.replaceAll('-', ' ')} above ${rule.above}`;
}

function Versions({ app, act }: { app: App; act: Act }) {
  const versions = useQuery(ruleVersionsQuery(app.uniqueName));
  const [newest] = versions.data ?? [];
  if (newest === undefined) return null;
  const back = (version: number) =>
    act.run(() =>
      dataOf(
        api.POST('/api/v1/apps/{app}/rules:rollback', {
          params: { path: { app: app.uniqueName } },
          body: { version },
        }),
      ),
    );
  return (
    <details>
      <summary>Versions</summary>
      <Table>
        <Table.Tbody>
          {versions.data?.map(({ version, at, by, note, rules }) => (
            <Table.Tr key={version}>
              <Table.Td className="number" w={50}>
                {version}
              </Table.Td>
              <Table.Td w={100}>
                <TimeAgo at={at} />
              </Table.Td>
              <Table.Td w={120}>{by}</Table.Td>
              <Table.Td>
                {note} <Text span size="sm" className="quiet">{`(${count(rules.length, 'rule')})`}</Text>
              </Table.Td>
              <Table.Td className="number">
                {version === newest.version ? null : (
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={act.isBusy}
                    onClick={() => void back(version)}
                  >
                    Take it again
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
