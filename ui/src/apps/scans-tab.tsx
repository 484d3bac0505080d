import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App } from '../client/api.ts';
import { scansQuery } from '../client/queries.ts';
import { ExportCard } from '../scans/export-card.tsx';
import { OneScan } from '../scans/one-scan.tsx';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { t } from '../words/t.ts';
import { AdmissionsCard } from './admissions-card.tsx';

/** What the scanner knows of each image that runs; not knowing never looks like being clean. */
export function ScansTab({ app }: { app: App }) {
  const scans = useQuery(scansQuery(app.uniqueName));
  return (
    <Stack>
      <AdmissionsCard app={app} />
      <Asked query={scans}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('Nothing is scanned yet')} command={`crane scan ${app.uniqueName}`}>
              {t('Each image is scanned before it starts for the first time.')}
            </Empty>
          ) : (
            <Stack>
              {items.map((scan) => (
                <OneScan key={scan.service} app={app} scan={scan} />
              ))}
              <ExportCard app={app} scans={items} />
            </Stack>
          )
        }
      </Asked>
    </Stack>
  );
}
