import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, FileInput, Group } from '@mantine/core';
import { useState } from 'react';
import { api, dataOf } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { ButtonLink } from '../view/links.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';
import { Progress } from './progress.tsx';

/** A new app from the archive that an export gave. */
export function ImportCard() {
  const act = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [accepted, setAccepted] = useState<{ app: string; operation: string } | null>(null);
  const take = () =>
    act.run(async () => {
      if (file === null) return;
      const archive = await base64Of(file);
      const body = { archive, ...(name.trim() === '' ? {} : { name: name.trim() }) };
      const { app, operation } = await dataOf(api.POST('/api/v1/apps:import', { body }));
      setAccepted({ app: app.uniqueName, operation: operation.id });
    });
  return (
    <Card
      title={t('From an exported archive')}
      about={t('A new app, equal to the exported one. Secrets are not in an archive: set them afterwards.')}
    >
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={take}>
        <FileInput
          label={t('Archive')}
          size="xs"
          w={260}
          accept=".zip,application/zip"
          clearable
          value={file}
          onChange={setFile}
        />
        <TextField
          label={t('Name')}
          width={170}
          placeholder={t('the one it had')}
          value={name}
          onChange={setName}
        />
        <Button size="xs" variant="default" loading={act.isBusy} disabled={file === null} type="submit">
          {t('Import')}
        </Button>
        <Twin
          command={`crane import ${shellWord(file?.name ?? 'shop.zip')}${name.trim() === '' ? '' : ` --name ${shellWord(name.trim())}`}`}
        />
      </FieldRow>
      {accepted === null ? null : (
        <>
          <Progress operation={accepted.operation} />
          <Group>
            <ButtonLink to="/apps/$app" params={{ app: accepted.app }} variant="default">
              {t('To {app}', { app: accepted.app })}
            </ButtonLink>
          </Group>
        </>
      )}
    </Card>
  );
}

/** The bytes of a file as the API takes them. */
function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('error', () => reject(new Error(t('The file could not be read.'))));
    // `data:application/zip;base64,…`
    reader.addEventListener('load', () => {
      const { result } = reader;
      resolve(typeof result === 'string' ? (result.split(',')[1] ?? '') : '');
    });
    reader.readAsDataURL(file);
  });
}
