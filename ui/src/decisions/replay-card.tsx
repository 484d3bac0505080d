import { FieldRow } from '../view/field-row.tsx';
import { Button, Group, NumberInput, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf, type Explanation, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { State } from '../view/state.tsx';
import { Twin } from '../view/twin.tsx';
import { Rows } from '../view/rows.tsx';
import { plural, t } from '../words/t.ts';

type Replayed = Schemas['ReplayResult'];
/** A member of the recorded input that can be given another value. */
type Field = { path: string; label: string; recorded: number | null };

/** The recorded input through the recorded policy again, as it was or with other figures. Nothing is changed by it. */
export function ReplayCard({ explanation: { decision, parts } }: { explanation: Explanation }) {
  const act = useAct();
  const fields = fieldsOf(parts.policy.data['input']);
  const [edits, setEdits] = useState<Record<string, number>>({});
  const [result, setResult] = useState<Replayed | null>(null);
  if (fields.length === 0) return null;
  const replay = () =>
    act.run(async () =>
      setResult(
        await dataOf(
          api.POST('/api/v1/decisions/{id}/replay', {
            params: { path: { id: decision.id } },
            body: { set: edits },
          }),
        ),
      ),
    );
  const options = Object.entries(edits).map(([path, value]) => ` --set ${path}=${value}`);
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('Replay')}>
      <Title order={2}>{t('What if?')}</Title>
      <FieldRow onSubmit={replay}>
        {fields.map(({ path, label, recorded }) => (
          <NumberInput
            key={path}
            label={label}
            size="xs"
            w={150}
            value={edits[path] ?? recorded ?? ''}
            placeholder={t('not measured')}
            onChange={(value) =>
              setEdits((before) => {
                const { [path]: _, ...others } = before;
                return typeof value === 'number' && value !== recorded
                  ? { ...others, [path]: value }
                  : others;
              })
            }
          />
        ))}
        <Button size="xs" loading={act.isBusy} type="submit">
          {options.length === 0 ? t('Replay as it was') : t('Replay with this')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane replay ${decision.id}${options.join('')}`}
        request={{ method: 'POST', path: `/decisions/${decision.id}/replay`, body: { set: edits } }}
      />
      {act.error === null ? null : <Refused error={act.error} />}
      {result === null ? null : <Outcome result={result} />}
    </Stack>
  );
}

function Outcome({ result: { recorded, replayed, isSame, differences } }: { result: Replayed }) {
  const rows = [
    { side: t('recorded'), outcome: recorded },
    { side: t('replayed'), outcome: replayed },
  ];
  return (
    <div aria-live="polite">
      <Group gap="sm" mb="xs">
        <State state={isSame ? 'same' : 'different'} />
        <Text size="sm">
          {isSame
            ? t('The same verdict.')
            : plural(
                differences.length,
                'Different in {n} place: {what}.',
                'Different in {n} places: {what}.',
                { what: differences.join(', ') },
              )}
        </Text>
      </Group>
      <Rows
        minWidth={520}
        heads={['', { number: t('policy wished') }, { number: t('became') }, t('reason'), t('policy')]}
      >
        {rows.map(({ side, outcome: { wish, to, reason, clamps, policyRevision } }) => (
          <Table.Tr key={side}>
            <Table.Td>{side}</Table.Td>
            <Table.Td className="number">{wish}</Table.Td>
            <Table.Td className="number">{to ?? '–'}</Table.Td>
            <Table.Td>{[reason, ...clamps.map(({ text }) => text)].join('; ')}</Table.Td>
            <Table.Td className="mono">{policyRevision ?? '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Rows>
    </div>
  );
}

function fieldsOf(input: unknown): Field[] {
  const signals = memberOf(input, 'signals');
  const bounds = memberOf(input, 'bounds');
  const measured = (Array.isArray(signals) ? signals : []).flatMap((signal: unknown): Field[] => {
    const name = memberOf(signal, 'name');
    const value = memberOf(signal, 'value');
    if (typeof name !== 'string') return [];
    return [
      {
        path: `input.signals.${name}.value`,
        label: name,
        recorded: typeof value === 'number' ? value : null,
      },
    ];
  });
  const limits = ['min', 'max'].flatMap((name): Field[] => {
    const recorded = memberOf(bounds, name);
    return typeof recorded === 'number' ? [{ path: `bounds.${name}`, label: name, recorded }] : [];
  });
  return [...measured, ...limits];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
