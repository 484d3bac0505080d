import { Button, Group, JsonInput, Stack, Text } from '@mantine/core';
import { Dialog } from '../view/dialog.tsx';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';
import { changePolicy, type AdmissionPolicy } from './admission-calls.ts';

/** What can be set of which policy, as an example; what is not named stays as shipped. */
export const paramsExamples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  P03: { capabilities: ['NET_ADMIN'] },
  P07: { folders: ['/srv/shared'], projects: ['/home/ann/shop'] },
  P08: { drivers: ['local'] },
  P09: { memoryBytes: 268_435_456 },
  P10: { from: 20_000, to: 29_999, most: 4, reserved: [22_222], addresses: ['127.0.0.1'] },
  P12: { memoryBytes: 4_294_967_296, cpus: 4, pids: 1_024, ulimit: 65_536 },
  P13: { registries: ['docker.io', 'ghcr.io/example'] },
  P17: { maxAgeHours: 168, databaseMaxAgeHours: 720, unknown: 'deny' },
  P18: { trusted: [{ prefix: 'ghcr.io/example/', digests: [] }] },
  P20: { names: 'warn' },
};

/** What can be set of a policy, as the JSON that the policy gets. */
export function ParamsForm({ policy, onDone }: { policy: AdmissionPolicy; onDone: () => void }) {
  const act = useAct();
  const [text, setText] = useState(() => JSON.stringify(policy.params, null, 2));
  const params = paramsOf(text);
  const save = async () => {
    if (params !== null && (await act.run(() => changePolicy(policy.id, { params })))) onDone();
  };
  return (
    <Dialog opened onClose={onDone} size="lg" title={t('Settings of {policy}', { policy: policy.id })}>
      <Stack>
        <Text size="sm" lang="en">
          {policy.title}
        </Text>
        <JsonInput
          label={t('What is set, as JSON')}
          size="xs"
          autosize
          minRows={6}
          description={t('What is not named stays as shipped. For example: {example}', {
            example: JSON.stringify(paramsExamples[policy.id] ?? {}),
          })}
          maxRows={18}
          formatOnBlur
          classNames={{ input: 'mono' }}
          error={params === null ? t('This is no JSON object.') : null}
          value={text}
          onChange={setText}
          data-autofocus
        />
        {act.error === null ? null : <Refused error={act.error} />}
        <Twin
          command={`crane policy set ${policy.id} --params ${shellWord(JSON.stringify(params ?? {}))}`}
          request={{
            method: 'PATCH',
            path: `/admission/policies/${policy.id}`,
            body: { params: params ?? {} },
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('Cancel')}
          </Button>
          <Button loading={act.isBusy} disabled={params === null} onClick={() => void save()}>
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function paramsOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : null;
  } catch {
    return null;
  }
}
