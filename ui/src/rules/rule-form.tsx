import { Button, Group, Select, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf, type App, type Schemas } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { amount, clockTime, duration } from '../words/format.ts';
import { ChoiceField, NumberField, ServiceField } from '../view/fields.tsx';
import { plural, t, type PlainSentence } from '../words/t.ts';
import { wordOf } from '../words/codes.ts';

type Rule = Schemas['OwnerRule'];
type Preview = Schemas['RulePreview'];

const presets = [
  { value: 'requests-per-second', label: 'requests per second per replica', above: 100 },
  { value: 'p95', label: 'p95 latency in ms', above: 300 },
  { value: 'error-rate', label: 'share of errors', above: 0.05 },
  { value: 'in-flight', label: 'open requests per replica', above: 20 },
  { value: 'cpu', label: 'CPU in %', above: 90 },
  { value: 'memory', label: 'memory in %', above: 90 },
  { value: 'down', label: 'ready replicas (at or below)', above: 0 },
  { value: 'unhealthy', label: 'unhealthy instances', above: 0 },
  { value: 'crash-loop', label: 'restarts in ten minutes', above: 3 },
] as const satisfies readonly { value: string; label: PlainSentence; above: number }[];
const severities = ['info', 'warning', 'critical'] as const;

type Draft = {
  name: string;
  service: string;
  what: (typeof presets)[number]['value'] | 'promql';
  above: number;
  expr: string;
  seconds: number;
  severity: (typeof severities)[number];
};

/** A rule as a draft: looked at over the last hour before it is saved. */
export function RuleForm({ app, edited, onDone }: { app: App; edited: Rule | null; onDone: () => void }) {
  const act = useAct();
  const [draft, setDraft] = useState<Draft>(() => draftOf(edited, app));
  const [preview, setPreview] = useState<Preview | null>(null);
  const change = (part: Partial<Draft>) => {
    setPreview(null);
    setDraft((before) => ({ ...before, ...part }));
  };
  const params = { path: { app: app.uniqueName } };
  const body = ruleOf(draft);
  const look = () =>
    act.run(async () =>
      setPreview(await dataOf(api.POST('/api/v1/apps/{app}/rules:preview', { params, body }))),
    );
  const save = async () => {
    if (!(await act.run(() => dataOf(api.POST('/api/v1/apps/{app}/rules', { params, body }))))) return;
    setPreview(null);
    setDraft(draftOf(null, app));
    onDone();
  };
  return (
    <Stack className="card" component="section" gap="sm" aria-label={t('A rule')}>
      <Title order={2}>{edited === null ? t('New rule') : t('Change {name}', { name: edited.name })}</Title>
      <Group gap="sm" align="flex-end">
        <TextInput
          label={t('Name')}
          size="xs"
          w={150}
          placeholder="slow"
          readOnly={edited !== null}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <ServiceField
          services={app.services}
          value={draft.service}
          onChange={(service) => change({ service })}
        />
        <Select
          label={t('Fires when')}
          size="xs"
          w={240}
          allowDeselect={false}
          value={draft.what}
          onChange={(value) => {
            const preset = presets.find((known) => known.value === value);
            change(preset === undefined ? { what: 'promql' } : { what: preset.value, above: preset.above });
          }}
          data={[
            ...presets.map(({ value, label }) => ({ value, label: t(label) })),
            { value: 'promql', label: t('own PromQL') },
          ]}
        />
        {draft.what === 'promql' ? null : (
          <NumberField label={t('Above')} value={draft.above} onChange={(above) => change({ above })} />
        )}
        <NumberField
          label={t('For seconds')}
          width={100}
          value={draft.seconds}
          onChange={(seconds) => change({ seconds })}
        />
        <ChoiceField
          label={t('Severity')}
          width={110}
          value={draft.severity}
          onChange={(severity) => change({ severity })}
          choices={severities.map((value) => ({ value, label: wordOf(value) }))}
        />
      </Group>
      {draft.what === 'promql' ? (
        <Textarea
          label={t('PromQL; Crane holds every selector to this app')}
          size="xs"
          autosize
          minRows={2}
          classNames={{ input: 'mono' }}
          value={draft.expr}
          onChange={(event) => change({ expr: event.currentTarget.value })}
        />
      ) : null}
      <Group gap="sm">
        <Button size="xs" variant="default" loading={act.isBusy} onClick={() => void look()}>
          {t('Look at the last hour')}
        </Button>
        <Button size="xs" loading={act.isBusy} disabled={draft.name === ''} onClick={() => void save()}>
          {t('Save rule')}
        </Button>
        {edited === null ? null : (
          <Button size="xs" variant="default" onClick={onDone}>
            {t('Cancel')}
          </Button>
        )}
        <Twin
          command={commandOf(app, draft)}
          request={{ method: 'POST', path: `/apps/${app.uniqueName}/rules`, body }}
        />
      </Group>
      {act.error === null ? null : <Refused error={act.error} />}
      {preview === null ? null : <Outcome preview={preview} />}
    </Stack>
  );
}

function draftOf(rule: Rule | null, app: App): Draft {
  return {
    name: rule?.name ?? '',
    service: rule?.service ?? app.services[0]?.name ?? '',
    what: rule?.kind === 'promql' ? 'promql' : (rule?.preset ?? 'p95'),
    above: rule?.kind === 'preset' ? rule.above : 300,
    expr: rule?.kind === 'promql' ? rule.expr : '',
    seconds: (rule?.forMs ?? 30_000) / 1_000,
    severity: rule?.severity ?? 'warning',
  };
}

function ruleOf({ what, above, expr, seconds, ...rest }: Draft): Schemas['OwnerRuleInput'] {
  const { name, service, severity } = rest;
  // A preview of a rule that has no name yet still needs one.
  const head = { name: name === '' ? 'draft' : name, service, severity, forMs: Math.round(seconds * 1_000) };
  return what === 'promql'
    ? { ...head, kind: 'promql', expr }
    : { ...head, kind: 'preset', preset: what, above };
}

function commandOf(
  { uniqueName }: App,
  { name, service, what, above, expr, seconds, severity }: Draft,
): string {
  const condition = what === 'promql' ? `--promql '${expr}'` : `--preset ${what} --above ${above}`;
  return `crane rules ${uniqueName}/${service} add ${name === '' ? 'NAME' : name} ${condition} --for ${seconds}s --severity ${severity}`;
}

function Outcome({ preview: { firings, firingMs, seriesNow, valueNow, expr } }: { preview: Preview }) {
  return (
    <Stack gap={2} aria-live="polite">
      <Text size="sm">
        {firings.length === 0
          ? t('It would not have fired in the last hour.')
          : plural(
              firings.length,
              'It would have fired {n} time in the last hour, {time} in all: {when}.',
              'It would have fired {n} times in the last hour, {time} in all: {when}.',
              { time: duration(firingMs), when: spansOf(firings) },
            )}{' '}
        {valueNow === null ? t('It has no value now.') : t('Now: {value}.', { value: amount(valueNow) })}{' '}
        {seriesNow > 1 ? t('{n} series.', { n: seriesNow }) : ''}
      </Text>
      <Text size="xs" className="quiet mono wrap-anywhere">
        {expr}
      </Text>
    </Stack>
  );
}

/** The first five, each from when to when. */
function spansOf(firings: Preview['firings']): string {
  const spans = firings
    .slice(0, 5)
    .map(({ from, to }) => `${clockTime(from)}–${to === null ? t('now') : clockTime(to)}`);
  return [...spans, ...(firings.length > 5 ? ['…'] : [])].join(', ');
}
