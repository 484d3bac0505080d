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
import { duration } from '../words/format.ts';
import { RuleForm } from './rule-form.tsx';
import { Rows } from '../view/rows.tsx';
import { plural, t, type PlainSentence } from '../words/t.ts';
import { MaintenanceCard } from './maintenance-card.tsx';
import { SilencesCard } from './silences-card.tsx';

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
              title={t('No rules of your own')}
              command={`crane rules ${app.uniqueName} add slow --preset p95 --above 300 --for 30s`}
            >
              {t(
                "Crane's own rules scale and heal this app already. A rule of yours tells you of what they do not know.",
              )}
            </Empty>
          ) : (
            <InForce app={app} set={set} act={act} onEdit={setEdited} />
          )
        }
      </Asked>
      <RuleForm key={edited?.name ?? ''} app={app} edited={edited} onDone={() => setEdited(null)} />
      <Versions app={app} act={act} />
      <SilencesCard app={app} />
      <MaintenanceCard app={app} />
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
      <Title order={2}>{t('In force, version {version}', { version: set.version })}</Title>
      <Rows
        minWidth={560}
        heads={[t('name'), t('service'), t('fires when'), { number: t('for') }, t('severity'), '']}
      >
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
                  {t('Edit')}
                </Button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={act.isBusy}
                  aria-label={t('Remove the rule {name}', { name: rule.name })}
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

const presetWords: Record<Exclude<Extract<Rule, { kind: 'preset' }>['preset'], 'down'>, PlainSentence> = {
  'requests-per-second': 'requests per second per replica',
  p95: 'p95 latency in ms',
  'error-rate': 'share of errors',
  'in-flight': 'open requests per replica',
  cpu: 'CPU in %',
  memory: 'memory in %',
  unhealthy: 'unhealthy instances',
  'crash-loop': 'restarts in ten minutes',
};

function conditionOf(rule: Rule): string {
  if (rule.kind === 'promql') return rule.expr;
  return rule.preset === 'down'
    ? t('ready replicas at or below {limit}', { limit: rule.above })
    : t('{signal} above {limit}', { signal: t(presetWords[rule.preset]), limit: rule.above });
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
      <summary>{t('Versions')}</summary>
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
                {note}{' '}
                <Text span size="sm" className="quiet">
                  {plural(rules.length, '({n} rule)', '({n} rules)')}
                </Text>
              </Table.Td>
              <Table.Td className="number">
                {version === newest.version ? null : (
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={act.isBusy}
                    onClick={() => void back(version)}
                  >
                    {t('Take it again')}
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
