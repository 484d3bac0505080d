import { ActionIcon, Group, Table, Text, Tooltip } from '@mantine/core';
import { OutsideLink } from '../view/links.tsx';
import { useState } from 'react';
import { api, dataOf, type App, type Service } from '../client/api.ts';
import { Refused } from '../view/asked.tsx';
import { Glyph } from '../view/glyph.tsx';
import { aimsOf } from '../words/signals.ts';
import { Rows } from '../view/rows.tsx';
import { t } from '../words/t.ts';

/** Each service: how many run, within which bounds, and what it aims at. */
export function ServicesCard({ app }: { app: App }) {
  const [error, setError] = useState<Error | null>(null);
  return (
    <section className="card">
      {error === null ? null : <Refused error={error} />}
      <Rows
        minWidth={560}
        heads={[t('service'), t('image'), t('replicas'), { number: t('bounds') }, t('aims at'), t('address')]}
      >
        {app.services.map((service) => (
          <Table.Tr key={service.name}>
            <Table.Td>{service.name}</Table.Td>
            <Table.Td className="mono wrap-anywhere">{service.image}</Table.Td>
            <Table.Td>
              <Stepper app={app} service={service} onError={setError} />
            </Table.Td>
            <Table.Td className="number">
              {service.min}–{service.max}
            </Table.Td>
            <Table.Td>{aimOf(service)}</Table.Td>
            <Table.Td>
              {service.url === null ? (
                <span className="quiet">{t('inside only')}</span>
              ) : (
                <OutsideLink url={service.url}>{service.url.replace(/^https?:\/\//, '')}</OutsideLink>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Rows>
    </section>
  );
}

function aimOf(service: Service): string {
  const aims = aimsOf(service);
  if (aims === null) return t('scaled by hand');
  return service.mode === 'auto' ? aims : `${aims} (${service.mode})`;
}

function Stepper({
  app,
  service,
  onError,
}: {
  app: App;
  service: Service;
  onError: (error: Error | null) => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const scale = async (to: number): Promise<void> => {
    setIsBusy(true);
    try {
      const params = { path: { app: app.uniqueName } };
      await dataOf(
        api.POST('/api/v1/apps/{app}/scale', { params, body: { services: { [service.name]: to } } }),
      );
      onError(null);
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
    setIsBusy(false);
  };
  const step = (by: number, label: string, glyph: 'up' | 'down', isOut: boolean) => (
    <Tooltip
      label={
        isOut
          ? t('{label} is out of the bounds {min}–{max}', { label, min: service.min, max: service.max })
          : label
      }
    >
      <ActionIcon
        variant="default"
        size={24}
        aria-label={`${label}: ${service.name}`}
        disabled={isBusy || isOut || app.state === 'stopped'}
        onClick={() => void scale(service.replicas + by)}
      >
        <Glyph name={glyph} size={12} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" miw={38}>
        {service.ready}/{service.replicas}
      </Text>
      {step(1, t('One more'), 'up', service.replicas >= service.max)}
      {step(-1, t('One less'), 'down', service.replicas <= service.min)}
    </Group>
  );
}
