import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { App, Instance, Schemas } from '../client/api.ts';
import { instancesQuery, usageQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { amount, bytes } from '../words/format.ts';
import { ManyRows, type Place } from '../view/many-rows.tsx';
import { t } from '../words/t.ts';

type Usage = Schemas['UsageReport']['instances'][number];

/** Each instance: where it stands, and what it uses. */
export function InstancesTab({ app }: { app: App }) {
  const instances = useQuery(instancesQuery(app.uniqueName));
  const usage = useQuery(usageQuery(app.uniqueName));
  return (
    <Asked query={instances}>
      {(items) =>
        items.length === 0 ? (
          <Empty title={t('No instances')} command={`crane start ${app.uniqueName}`}>
            {app.state === 'stopped'
              ? t('The app is stopped. Its instances come back when you start it.')
              : t('Instances appear here as soon as the first one is made.')}
          </Empty>
        ) : (
          <ManyRows
            minWidth={720}
            heads={[
              t('instance'),
              t('state'),
              t('traffic'),
              { number: t('CPU') },
              { number: t('memory') },
              { number: t('restarts') },
              { number: t('up since') },
              t('container'),
            ]}
            items={items}
            renderRow={(instance, place) => (
              <Row
                key={instance.containerId}
                place={place}
                instance={instance}
                usage={usage.data?.instances.find((item) => item.instance === instance.instance)}
              />
            )}
          />
        )
      }
    </Asked>
  );
}

function Row({ instance, usage, place }: { instance: Instance; usage: Usage | undefined; place: Place }) {
  const { state, health } = instance;
  const used = usage?.usage ?? null;
  return (
    <Table.Tr {...place}>
      <Table.Td className="mono">{instance.instance}</Table.Td>
      <Table.Td>
        <State
          state={health === 'completed' || (state === 'running' && health !== 'none') ? health : state}
        />
      </Table.Td>
      <Table.Td>
        {instance.isRouted ? t('gets requests') : <span className="quiet">{t('none')}</span>}
      </Table.Td>
      <Table.Td className="number">
        {used?.cpuCores === null || used === null
          ? '–'
          : t('{part} of {whole}', {
              part: amount(used.cpuCores),
              whole: used.cpuLimitCores ?? '∞',
            })}
      </Table.Td>
      <Table.Td className="number">
        {used === null
          ? '–'
          : used.memoryLimitBytes === null
            ? bytes(used.memoryBytes)
            : t('{part} of {whole}', {
                part: bytes(used.memoryBytes),
                whole: bytes(used.memoryLimitBytes),
              })}
      </Table.Td>
      <Table.Td className="number">{instance.restarts}</Table.Td>
      <Table.Td className="number">
        {instance.startedAt === null ? '–' : <TimeAgo at={instance.startedAt} />}
      </Table.Td>
      <Table.Td className="mono quiet">{instance.containerId.slice(0, 12)}</Table.Td>
    </Table.Tr>
  );
}
