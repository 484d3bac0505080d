import { Stack } from '@mantine/core';
import type { App } from '../client/api.ts';
import { SchedulesCard } from './schedules-card.tsx';
import { ServiceScaling } from './service-scaling.tsx';
import { SimulatorCard } from './simulator-card.tsx';
import { AppCostCard } from './app-cost-card.tsx';

/** Who decides how many run, when other bounds hold, and what the loop would do with a load. */
export function ScalingTab({ app }: { app: App }) {
  return (
    <Stack gap="md">
      {app.services.map((service) => (
        <ServiceScaling key={service.name} app={app} service={service} />
      ))}
      <SchedulesCard app={app} />
      <SimulatorCard app={app} />
      <AppCostCard app={app} />
    </Stack>
  );
}
