import { FieldRow } from '../view/field-row.tsx';
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { ChoiceField, TextField } from '../view/fields.tsx';
import { ShownOnce } from '../view/shown-once.tsx';
import { Twin } from '../view/twin.tsx';
import { shellWord } from '../words/shell.ts';
import { t } from '../words/t.ts';
import { addSource, type NewSource } from './source-calls.ts';

type Format = NewSource['format'];
type Mapping = NonNullable<NewSource['mapping']>;
type Place = 'alerts' | 'status' | 'name' | 'app' | 'service' | 'startsAt' | 'severity' | 'text';

const places: readonly { place: Place; sample: string; isNeeded: boolean }[] = [
  { place: 'alerts', sample: '/items', isNeeded: false },
  { place: 'status', sample: '/state', isNeeded: true },
  { place: 'name', sample: '/check', isNeeded: true },
  { place: 'app', sample: '/labels/app', isNeeded: false },
  { place: 'service', sample: '=web', isNeeded: true },
  { place: 'startsAt', sample: '/time', isNeeded: true },
  { place: 'severity', sample: '/level', isNeeded: false },
  { place: 'text', sample: '/message', isNeeded: false },
];

/** A new source: its format, and for JSON of one's own where each field is. */
export function SourceForm() {
  const act = useAct();
  const [name, setName] = useState('');
  const [format, setFormat] = useState<Format>('grafana');
  const [map, setMap] = useState<Partial<Record<Place, string>>>({});
  const [secret, setSecret] = useState<string | null>(null);
  const mapping = mappingOf(map);
  const body = {
    name: name.trim() === '' ? 'grafana' : name.trim(),
    format,
    ...(format === 'generic' && mapping !== null ? { mapping } : {}),
  };
  const add = async () => {
    const isDone = await act.run(async () => {
      const made = await addSource(body);
      setSecret(
        `curl -X POST ${location.origin}${made.source.path} -H 'Authorization: Bearer ${made.secret}' -H 'content-type: application/json' -d @payload.json`,
      );
    });
    if (isDone) setName('');
  };
  return (
    <Card title={t('New source')}>
      {act.error === null ? null : <Refused error={act.error} />}
      {secret === null ? null : (
        <ShownOnce
          title={t('Its address, and the secret that it sends as the bearer token')}
          secret={secret}
          onDone={() => setSecret(null)}
        />
      )}
      <FieldRow onSubmit={add}>
        <TextField label={t('Name')} width={150} placeholder="grafana" value={name} onChange={setName} />
        <ChoiceField
          label={t('What it sends')}
          width={170}
          value={format}
          onChange={setFormat}
          choices={[
            { value: 'grafana', label: 'Grafana' },
            { value: 'alertmanager', label: 'Alertmanager' },
            { value: 'generic', label: t('JSON of its own') },
          ]}
        />
        <Button
          size="xs"
          loading={act.isBusy}
          disabled={name.trim() === '' || (format === 'generic' && mapping === null)}
          type="submit"
        >
          {t('Add the source')}
        </Button>
      </FieldRow>
      {format === 'generic' ? <MapFields map={map} onChange={setMap} /> : null}
      <Twin
        command={`crane alerts sources add ${shellWord(body.name)}${format === 'grafana' ? '' : ` --type ${format}`}${mapOptions(format, map)}`}
        request={{ method: 'POST', path: '/alert-sources', body }}
      />
    </Card>
  );
}

function MapFields({
  map,
  onChange,
}: {
  map: Partial<Record<Place, string>>;
  onChange: (map: Partial<Record<Place, string>>) => void;
}) {
  return (
    <>
      <Text size="sm" className="quiet">
        {t(
          'Where each field is, as a JSON pointer; text after = is that text always. The alerts are a list, or the whole body is one.',
        )}
      </Text>
      <Group gap="sm" align="flex-end">
        {places.map(({ place, sample, isNeeded }) => (
          <TextInput
            key={place}
            label={place}
            size="xs"
            w={120}
            withAsterisk={isNeeded}
            placeholder={sample}
            classNames={{ input: 'mono' }}
            value={map[place] ?? ''}
            onChange={(event) => onChange({ ...map, [place]: event.currentTarget.value })}
          />
        ))}
      </Group>
    </>
  );
}

/** Null while a needed field has no place. */
function mappingOf(map: Partial<Record<Place, string>>): Mapping | null {
  const { status = '', name = '', service = '', startsAt = '', ...others } = map;
  if ([status, name, service, startsAt].some((pointer) => pointer.trim() === '')) return null;
  const given = Object.entries(others).filter(([, pointer]) => pointer.trim() !== '');
  return { status, name, service, startsAt, ...Object.fromEntries(given) };
}

function mapOptions(format: Format, map: Partial<Record<Place, string>>): string {
  if (format !== 'generic') return '';
  return Object.entries(map)
    .filter(([, pointer]) => pointer.trim() !== '')
    .map(([place, pointer]) => ` --map ${shellWord(`${place}=${pointer}`)}`)
    .join('');
}
