import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { AppField } from '../view/app-field.tsx';
import { Refused } from '../view/asked.tsx';
import { SpanField } from '../view/span-field.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { msOf, type Span } from '../words/spans.ts';
import { t } from '../words/t.ts';
import { waive } from './scan-calls.ts';

/** Takes a vulnerability upon oneself for a while; `app` is its unique name, where it is known. */
export function WaiveForm({
  finding: given = '',
  package: givenPackage = '',
  app: givenApp = null,
  onDone,
}: {
  finding?: string;
  package?: string;
  app?: string | null;
  onDone?: () => void;
}) {
  const act = useAct();
  const [finding, setFinding] = useState(given);
  const [app, setApp] = useState(givenApp);
  const [inPackage, setInPackage] = useState(givenPackage);
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<Span>('30d');
  const body = () => ({
    finding: finding.trim(),
    reason: reason.trim(),
    expiresAt: Date.now() + msOf(span),
    ...(app === null ? {} : { app }),
    ...(inPackage.trim() === '' ? {} : { package: inPackage.trim() }),
  });
  const add = async () => {
    if (!(await act.run(() => waive(body())))) return;
    setReason('');
    onDone?.();
  };
  const command = [
    `crane scan waive ${shellWord(finding.trim() === '' ? 'CVE' : finding.trim())}`,
    app === null ? '' : ` --app ${app}`,
    inPackage.trim() === '' ? '' : ` --package ${shellWord(inPackage.trim())}`,
    ` --reason ${shellWord(reason.trim() === '' ? 'WHY' : reason.trim())} --for ${span}`,
  ].join('');
  return (
    <>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={add}>
        <TextInput
          label={t('Vulnerability')}
          size="xs"
          w={170}
          placeholder="CVE-2026-1234"
          readOnly={given !== ''}
          value={finding}
          onChange={(event) => setFinding(event.currentTarget.value)}
        />
        <AppField value={app} onChange={setApp} />
        <TextField
          label={t('Package')}
          width={140}
          placeholder={t('every package')}
          value={inPackage}
          onChange={setInPackage}
        />
        <TextInput
          label={t('Reason')}
          size="xs"
          w={220}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus={given !== ''}
        />
        <SpanField value={span} onChange={setSpan} spans={['1d', '7d', '30d', '90d', '365d']} />
        <Button
          size="xs"
          loading={act.isBusy}
          disabled={finding.trim() === '' || reason.trim() === ''}
          type="submit"
        >
          {t('Waive it')}
        </Button>
      </FieldRow>
      <Twin command={command} request={{ method: 'POST', path: '/scan-waivers', body: body() }} />
    </>
  );
}
