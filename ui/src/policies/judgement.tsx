import { Code, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '../client/api.ts';
import { TextLink } from '../view/links.tsx';
import { State } from '../view/state.tsx';
import { plural, t } from '../words/t.ts';

/** What the policy engine says of a draft: whether it is right, what its tests say, which recorded decisions would be different. */
export function Judgement({
  judgement: { check, tests, unformatted, dryRun },
}: {
  judgement: Schemas['PolicyJudgement'];
}) {
  return (
    <Stack gap="xs" aria-live="polite">
      <Verdict
        isOk={check.isOk}
        text={check.isOk ? t('It is valid.') : t('It is not valid.')}
        problems={check.problems}
      />
      {unformatted.length === 0 ? null : (
        <Text size="sm" className="quiet">
          {t('Not in the usual format: {files}.', { files: unformatted.join(', ') })}
        </Text>
      )}
      {tests === null ? null : (
        <Verdict
          isOk={tests.isOk}
          text={plural(
            tests.passed,
            '{n} test passed, {failed} failed.',
            '{n} tests passed, {failed} failed.',
            {
              failed: tests.failed,
            },
          )}
          problems={tests.problems}
        />
      )}
      {dryRun === null ? null : (
        <>
          <Text size="sm">
            {dryRun.replayed === 0
              ? t('No decision is recorded yet that it could be tried on.')
              : plural(
                  dryRun.replayed,
                  '{differ} of {n} recorded decision would be different.',
                  '{differ} of {n} recorded decisions would be different.',
                  { differ: dryRun.differ },
                )}
          </Text>
          {dryRun.different.slice(0, 20).map(({ id, app, service, recorded, replayed }) => (
            <Text key={id} size="sm">
              <TextLink to="/decisions/$id" params={{ id }}>
                {app}/{service}
              </TextLink>
              : {recorded.to ?? '–'} → {replayed.to ?? '–'}: {replayed.reason}
            </Text>
          ))}
        </>
      )}
    </Stack>
  );
}

function Verdict({ isOk, text, problems }: { isOk: boolean; text: string; problems: readonly string[] }) {
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <State state={isOk ? 'ok' : 'failed'} />
        <Text size="sm">{text}</Text>
      </Group>
      {problems.map((problem) => (
        <Code key={problem} block>
          {problem}
        </Code>
      ))}
    </Stack>
  );
}
