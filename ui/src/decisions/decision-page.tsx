import { TextLink } from '../view/links.tsx';
import { Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Explanation } from '../client/api.ts';
import { explanationQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { dateTime } from '../words/format.ts';
import { ReplayCard } from './replay-card.tsx';
import { t, type PlainSentence } from '../words/t.ts';
import { Said } from '../view/said.tsx';

const titles = {
  signal: 'Signal',
  alert: 'Alert',
  policy: 'Policy',
  bound: 'Bound',
  effect: 'Effect',
} as const satisfies Record<string, PlainSentence>;
const order = ['signal', 'alert', 'policy', 'bound', 'effect'] as const;

/** Why it happened: metric, alert, policy, bound, effect, as one sentence and as five parts. */
export function DecisionPage() {
  const { id } = useParams({ from: '/decisions/$id' });
  const explanation = useQuery(explanationQuery(id));
  return (
    <Asked query={explanation} lines={6}>
      {(data) => <Trace explanation={data} />}
    </Asked>
  );
}

function Trace({ explanation }: { explanation: Explanation }) {
  const { decision, sentence, parts } = explanation;
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Stack gap={2}>
          <Text size="sm" className="quiet">
            <TextLink to="/apps/$app" params={{ app: decision.app }}>
              {decision.app}
            </TextLink>{' '}
            / {decision.service} · <span title={dateTime(decision.at)}>{dateTime(decision.at)}</span> (
            <TimeAgo at={decision.at} />)
            {decision.repeats > 0 ? ` · ${t('decided {n} times in a row', { n: decision.repeats + 1 })}` : ''}
          </Text>
          <Title order={1} className="wrap-anywhere">
            <Said>{sentence}</Said>
          </Title>
        </Stack>
        <Group gap="sm">
          <CopyButton value={sentence}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" onClick={copy}>
                {copied ? t('Copied') : t('Copy the sentence')}
              </Button>
            )}
          </CopyButton>
          <Twin
            command={`crane explain ${decision.id}`}
            request={{ method: 'GET', path: `/decisions/${decision.id}` }}
          />
        </Group>
      </Group>
      <ol className="trace" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        {order.map((name, index) => (
          <li key={name} className="card">
            <Text size="xs" className="quiet">
              {index + 1}
            </Text>
            <Title order={2} mb={4}>
              {t(titles[name])}
            </Title>
            {name === 'effect' ? <State state={decision.effect.status} /> : null}
            <Text size="sm" className="wrap-anywhere">
              <Said>{parts[name].text}</Said>
            </Text>
            <Facts data={parts[name].data} isPolicy={name === 'policy'} />
          </li>
        ))}
      </ol>
      <ReplayCard explanation={explanation} />
    </Stack>
  );
}

/** What exactly was seen or said; a policy's input and output each for itself. */
function Facts({ data, isPolicy }: { data: Record<string, unknown>; isPolicy: boolean }) {
  const shown = isPolicy
    ? Object.entries(data)
    : Object.keys(data).length === 0
      ? []
      : [['all', data] as const];
  return shown.map(([name, value]) => (
    <details key={name}>
      <summary className="quiet">{isPolicy ? name : t('exactly')}</summary>
      <Code block style={{ maxHeight: 320, overflow: 'auto', whiteSpace: 'pre-wrap' }}>
        {JSON.stringify(value, null, 2)}
      </Code>
    </details>
  ));
}
