import { TextField } from '../view/fields.tsx';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Glyph } from '../view/glyph.tsx';
import { TextLink } from '../view/links.tsx';
import { Said } from '../view/said.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { plural, rich, t } from '../words/t.ts';
import { labQuery, type Lab, type LabStep } from './lab-queries.ts';

const place = getRouteApi('/labs/$lab');

/** One lab: its goals tick themselves while the work is done elsewhere, in a terminal or on other pages. */
export function LabPage() {
  const { lab } = place.useParams();
  const query = useQuery(labQuery(lab));
  return <Asked query={query}>{(data) => <LabView lab={data} />}</Asked>;
}

function LabView({ lab }: { lab: Lab }) {
  const act = useAct();
  const params = { path: { lab: lab.id } };
  const present = lab.steps.find(({ passedAt }) => passedAt === null);
  return (
    <Stack maw={820}>
      <div>
        <Text size="sm">
          <TextLink to="/labs">{t('Labs')}</TextLink>
        </Text>
        <Group justify="space-between">
          <Title order={1}>
            <Said>{lab.title}</Said>
          </Title>
          <Group gap="sm">
            <Twin command={`crane lab ${lab.startedAt === null ? 'start' : 'show'} ${lab.id}`} />
            <Button
              size="compact-sm"
              variant={lab.startedAt === null ? 'filled' : 'default'}
              loading={act.isBusy}
              onClick={() => void act.run(() => dataOf(api.POST('/api/v1/labs/{lab}/start', { params })))}
            >
              {lab.startedAt === null ? t('Begin') : t('Begin anew')}
            </Button>
          </Group>
        </Group>
        <Text className="quiet">
          <Said>{lab.summary}</Said> {plural(lab.minutes, 'About {n} minute.', 'About {n} minutes.')}
        </Text>
      </div>
      {act.error === null ? null : <Refused error={act.error} />}
      <Stack component="ol" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {lab.steps.map((step, index) => (
          <StepRow
            key={step.id}
            lab={lab}
            step={step}
            number={index + 1}
            isPresent={step === present && lab.startedAt !== null}
          />
        ))}
      </Stack>
      <div aria-live="polite">
        {lab.lesson === null ? null : (
          <Stack className="card" gap="xs">
            <Title order={2}>{t('All goals are met')}</Title>
            <Text>
              <Said>{lab.lesson}</Said>
            </Text>
          </Stack>
        )}
      </div>
    </Stack>
  );
}

function StepRow({
  lab,
  step,
  number,
  isPresent,
}: {
  lab: Lab;
  step: LabStep;
  number: number;
  isPresent: boolean;
}) {
  return (
    <li className="card" aria-current={isPresent ? 'step' : undefined}>
      <Group gap="sm" wrap="nowrap" align="center">
        <span className="mono quiet">{number}</span>
        <Text fw={isPresent ? 600 : 400} style={{ flex: 1 }}>
          <Said>{step.title}</Said>
        </Text>
        {step.passedAt === null ? null : (
          <Group gap={6} wrap="nowrap" style={{ color: 'var(--good)' }}>
            <Glyph name="check" size={14} />
            <Text size="sm">{rich('met {when}', { when: <TimeAgo at={step.passedAt} /> })}</Text>
          </Group>
        )}
      </Group>
      {isPresent ? <StepBody lab={lab} step={step} /> : null}
    </li>
  );
}

function StepBody({ lab, step }: { lab: Lab; step: LabStep }) {
  const act = useAct();
  const params = { path: { lab: lab.id, step: step.id } };
  return (
    <Stack gap="sm" mt="xs">
      <LabText text={step.text} />
      {step.isQuestion ? <AnswerForm key={step.id} lab={lab} step={step} /> : null}
      {step.hints.map((hint) => (
        <Text key={hint} size="sm" className="card">
          <Said>{hint}</Said>
        </Text>
      ))}
      {step.hintsLeft === 0 ? null : (
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            loading={act.isBusy}
            onClick={() =>
              void act.run(() => dataOf(api.POST('/api/v1/labs/{lab}/steps/{step}/hint', { params })))
            }
          >
            {plural(step.hintsLeft, 'A hint ({n} left)', 'A hint ({n} left)')}
          </Button>
        </Group>
      )}
      {act.error === null ? null : <Refused error={act.error} />}
    </Stack>
  );
}

function AnswerForm({ lab, step }: { lab: Lab; step: LabStep }) {
  const act = useAct();
  const [answer, setAnswer] = useState('');
  const [verdict, setVerdict] = useState<'right' | 'wrong' | 'unknown' | null>(null);
  const params = { path: { lab: lab.id, step: step.id } };
  const ask = async (): Promise<void> => {
    setVerdict(null);
    await act.run(async () => {
      const judged = await dataOf(
        api.POST('/api/v1/labs/{lab}/steps/{step}/answer', { params, body: { answer } }),
      );
      setVerdict(judged.verdict);
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <Group gap="sm" align="flex-end">
        <TextField label={t('Your answer')} width={220} value={answer} onChange={setAnswer} />
        <Button type="submit" size="xs" loading={act.isBusy} disabled={answer.trim() === ''}>
          {t('Answer')}
        </Button>
        <Text size="sm" role="status">
          {verdict === 'wrong' ? t('That is not it. Look again.') : null}
          {verdict === 'unknown' ? t('Nothing was recorded yet that this could be compared with.') : null}
        </Text>
      </Group>
      {act.error === null ? null : <Refused error={act.error} />}
    </form>
  );
}

/** Paragraphs, and commands to be copied: lines that begin with two spaces. */
function LabText({ text }: { text: string }) {
  return (
    <Said>
      <Stack gap="xs">
        {text.split('\n\n').map((paragraph) =>
          paragraph.startsWith('  ') ? (
            <Stack key={paragraph} gap={4}>
              {paragraph.split('\n').map((line) => (
                <Twin key={line} command={line.trim()} />
              ))}
            </Stack>
          ) : (
            <Text key={paragraph}>{paragraph}</Text>
          ),
        )}
      </Stack>
    </Said>
  );
}
