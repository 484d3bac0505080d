import { FieldRow } from '../view/field-row.tsx';
import { Button, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type App, type Schemas } from '../client/api.ts';
import { trialsQuery } from '../client/queries.ts';
import { useAct } from '../client/use-act.ts';
import { Progress } from '../deploy/progress.tsx';
import { Asked, Refused } from '../view/asked.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { ChoiceField, NumberField, ServiceField, TextField } from '../view/fields.tsx';
import { t, type PlainSentence } from '../words/t.ts';

type Kind = Schemas['ChaosRequestInput']['kind'];

const kinds: { value: Kind; label: PlainSentence; what: PlainSentence }[] = [
  {
    value: 'kill-one',
    label: 'kill one instance',
    what: 'One instance is killed; the others should serve on, and a new one come.',
  },
  {
    value: 'kill-all',
    label: 'kill all instances',
    what: 'All instances are killed at once; they should come back by themselves.',
  },
  {
    value: 'pause',
    label: 'pause one instance',
    what: 'One instance hangs: it accepts and does not answer. It should be taken out.',
  },
  {
    value: 'failing-health',
    label: 'fail the health check',
    what: 'One instance runs but is not healthy. It should be replaced.',
  },
  {
    value: 'cpu',
    label: 'take CPU away',
    what: 'A tenth of the CPU limit is left. Latency rises; scaling by CPU should answer.',
  },
  { value: 'memory', label: 'take memory away', what: 'The memory limit is lowered towards what is used.' },
];

/** Disturbs a service on purpose: what is expected, and what came of it. Always undone, also after a crash. */
export function ChaosCard({ app }: { app: App }) {
  const act = useAct();
  const trials = useQuery(trialsQuery(app.uniqueName));
  const [chosen, setChosen] = useState<string | null>(null);
  const [kind, setKind] = useState<Kind>('kill-one');
  const [seconds, setSeconds] = useState(30);
  const [hypothesis, setHypothesis] = useState('');
  const [operation, setOperation] = useState<string | null>(null);
  const service = chosen ?? app.services[0]?.name ?? '';
  const start = () =>
    act.run(async () => {
      const body = {
        service,
        kind,
        forMs: seconds * 1_000,
        hypothesis: hypothesis.trim() === '' ? null : hypothesis.trim(),
        checks: [],
      };
      const params = { path: { app: app.uniqueName } };
      setOperation((await dataOf(api.POST('/api/v1/apps/{app}/chaos', { params, body }))).operation.id);
    });
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Chaos')}>
      <Title order={2}>{t('Disturb it')}</Title>
      <Text size="sm" className="quiet">
        {kinds.filter(({ value }) => value === kind).map(({ what }) => t(what))}{' '}
        {t('Undone at the end, when you cancel it, and after a crash of Crane.')}
      </Text>
      <FieldRow onSubmit={start}>
        <ServiceField services={app.services} value={service} onChange={setChosen} />
        <ChoiceField
          label={t('What')}
          width={190}
          value={kind}
          onChange={setKind}
          choices={kinds.map(({ value, label }) => ({ value, label: t(label) }))}
        />
        <NumberField label={t('Seconds')} min={1} value={seconds} onChange={setSeconds} />
        <TextField
          label={t('What you expect')}
          width={260}
          placeholder={t('nobody notices')}
          value={hypothesis}
          onChange={setHypothesis}
        />
        <Button size="xs" variant="default" loading={act.isBusy} type="submit">
          {t('Disturb')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane chaos ${kind} ${app.uniqueName}/${service} --for ${seconds}s`}
        request={{
          method: 'POST',
          path: `/apps/${app.uniqueName}/chaos`,
          body: {
            service,
            kind,
            forMs: seconds * 1_000,
            hypothesis: hypothesis.trim() === '' ? null : hypothesis.trim(),
            checks: [],
          },
        }}
      />
      {act.error === null ? null : <Refused error={act.error} />}
      {operation === null ? null : <Progress key={operation} operation={operation} title={t('Trial')} />}
      <Asked query={trials} lines={1}>
        {(items) =>
          items.length === 0 ? null : (
            <details>
              <summary>{t('Trials before')}</summary>
              <Table>
                <Table.Tbody>
                  {items.map(({ id, createdAt, status, error }) => (
                    <Table.Tr key={id}>
                      <Table.Td w={100}>
                        <TimeAgo at={createdAt} />
                      </Table.Td>
                      <Table.Td w={120}>
                        <State state={status} />
                      </Table.Td>
                      <Table.Td className="mono">{id}</Table.Td>
                      <Table.Td>{error?.message ?? ''}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </details>
          )
        }
      </Asked>
    </Stack>
  );
}
