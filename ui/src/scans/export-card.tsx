import { Button, Group } from '@mantine/core';
import { download, type App } from '../client/api.ts';
import { useAct } from '../client/use-act.ts';
import { Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Twin } from '../view/twin.tsx';
import { t } from '../words/t.ts';
import { exportScans } from './scan-calls.ts';

const formats = [
  { format: 'sarif', label: 'SARIF', ending: 'sarif' },
  { format: 'cyclonedx', label: 'SBOM (CycloneDX)', ending: 'cdx.json' },
] as const;

/** What the scans found, and what is in the images, as files for other tools. */
export function ExportCard({ app: { uniqueName }, scans }: { app: App; scans: unknown }) {
  const act = useAct();
  const json = (value: unknown) => new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' });
  const save = (format: 'sarif' | 'cyclonedx', ending: string) =>
    act.run(async () => download(`${uniqueName}.${ending}`, json(await exportScans(uniqueName, format))));
  return (
    <Card title={t('For other tools')}>
      {act.error === null ? null : <Refused error={act.error} />}
      <Group gap="sm">
        {formats.map(({ format, label, ending }) => (
          <Button
            key={format}
            size="xs"
            variant="default"
            disabled={act.isBusy}
            onClick={() => void save(format, ending)}
          >
            {label}
          </Button>
        ))}
        <Button size="xs" variant="default" onClick={() => download(`${uniqueName}.scans.json`, json(scans))}>
          {'JSON'}
        </Button>
        <Twin
          command={`crane scan ${uniqueName} --format sarif`}
          request={{ method: 'GET', path: `/apps/${uniqueName}/scans:export?format=sarif` }}
        />
      </Group>
    </Card>
  );
}
