import { Anchor, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App, Scan } from '../client/api.ts';
import { scansQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { State } from '../view/state.tsx';
import { dateTime } from '../words/format.ts';
import { AdmissionsCard } from './admissions-card.tsx';
import { Rows } from '../view/rows.tsx';
import { plural, t, type PlainSentence } from '../words/t.ts';
import { Said } from '../view/said.tsx';
import { wordOf } from '../words/codes.ts';

const sentences: Record<Scan['state'], PlainSentence> = {
  clean: 'No known vulnerability.',
  findings: 'Known vulnerabilities, those with a fix first.',
  'nothing-recognised': 'The scanner recognised no package in this image, so it says nothing about it.',
  'no-database': 'The packages are listed, but no vulnerability database was there to look them up in.',
  stale:
    'It was looked up in an old vulnerability database: what was found is so, what is newer is not known.',
  failed: 'The scan failed, so nothing is known.',
  'not-scanned': 'No scan of this image is stored.',
};

/** What the scanner knows of each image that runs; not knowing never looks like being clean. */
export function ScansTab({ app }: { app: App }) {
  const scans = useQuery(scansQuery(app.uniqueName));
  return (
    <Stack>
      <AdmissionsCard app={app} />
      <Asked query={scans}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('Nothing is scanned yet')}>
              {t('Each image is scanned before it starts for the first time.')}
            </Empty>
          ) : (
            <Stack>
              {items.map((scan) => (
                <OneScan key={scan.service} scan={scan} />
              ))}
            </Stack>
          )
        }
      </Asked>
    </Stack>
  );
}

function OneScan({ scan }: { scan: Scan }) {
  const findings = [...scan.findings].sort((a, b) => Number(b.fixed !== null) - Number(a.fixed !== null));
  return (
    <section className="card">
      <Group gap="md">
        <Title order={3}>{scan.service}</Title>
        <State state={scan.state} />
      </Group>
      <Text size="sm">{t(sentences[scan.state])}</Text>
      <Text size="sm" className="quiet wrap-anywhere">
        <span className="mono">{scan.image}</span>
        {scan.packages === null ? '' : ` · ${plural(scan.packages, '{n} package', '{n} packages')}`}
        {scan.databaseAt === null ? '' : ` · ${t('database of {time}', { time: dateTime(scan.databaseAt) })}`}
        {scan.reason === null ? '' : <Said>{` · ${scan.reason}`}</Said>}
      </Text>
      {findings.length === 0 ? null : (
        <Rows
          minWidth={560}
          maxHeight={420}
          heads={[t('severity'), t('id'), t('package'), t('installed'), t('fixed in')]}
        >
          {findings.map(({ id, severity, package: name, installed, fixed, url, title }) => (
            <Table.Tr key={`${id} ${name}`}>
              <Table.Td>{wordOf(severity.toLowerCase())}</Table.Td>
              <Table.Td title={title}>
                {url?.startsWith('https://') === true ? (
                  <Anchor href={url} target="_blank" rel="noreferrer" size="sm">
                    {id}
                  </Anchor>
                ) : (
                  id
                )}
              </Table.Td>
              <Table.Td className="mono">{name}</Table.Td>
              <Table.Td className="mono">{installed}</Table.Td>
              <Table.Td className="mono">{fixed ?? t('not yet')}</Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </section>
  );
}
